"""The over-delivery budget and the table of stopping causes: analysed, measured, written down."""
