/**
 * YAML with positions: every value knows its file, line and column, so that all mistakes are
 * reported at once.
 */
@NullMarked
package dev.sallyport.access.yaml;

import org.jspecify.annotations.NullMarked;
