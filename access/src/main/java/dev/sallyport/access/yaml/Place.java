package dev.sallyport.access.yaml;

/**
 * Where something stands.
 *
 * @param file as the human named it
 * @param line from 1
 * @param column from 1, in code points
 */
public record Place(String file, int line, int column) {}
