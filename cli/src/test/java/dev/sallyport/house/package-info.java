/**
 * The house rules as tests: they read the sources, the poms and the compiled classes of all
 * modules, because rules that no machine checks rot.
 */
@NullMarked
package dev.sallyport.house;

import org.jspecify.annotations.NullMarked;
