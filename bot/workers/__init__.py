"""What runs by itself: handling what arrived, sending what must be shown, and the calendar."""
