/**
 * What a grant may do on which target, as data that travels inside the signed grant, and the
 * patterns that match acts against it.
 */
@NullMarked
package dev.sallyport.access.scope;

import org.jspecify.annotations.NullMarked;
