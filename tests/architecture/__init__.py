"""The rules of the house, as functions from a source tree to the places that break them."""
