/** The verbs that run or describe the service itself. */
@NullMarked
package dev.sallyport.cli.service;

import org.jspecify.annotations.NullMarked;
