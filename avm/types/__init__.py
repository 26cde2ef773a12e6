"""The literal types of Aleo: each one's values and its circuit."""
