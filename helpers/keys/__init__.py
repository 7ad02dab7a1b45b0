"""Keys of the exercises, one module a lesson: k02 holds those of lesson 02."""
