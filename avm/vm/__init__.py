"""The machine: execute a program to a trace, a trace to an assignment."""
