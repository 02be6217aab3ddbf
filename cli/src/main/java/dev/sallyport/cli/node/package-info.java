/** The wiring: broker, proxies and recorder of one process, put together by hand in one place. */
@NullMarked
package dev.sallyport.cli.node;

import org.jspecify.annotations.NullMarked;
