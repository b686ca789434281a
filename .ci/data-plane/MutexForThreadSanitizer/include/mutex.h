// The functions of this target are called by the name of what they stand before.
