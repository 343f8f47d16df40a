"""Servers on loopback that speak the platforms' wire protocols and refuse what the platforms refuse."""
