/** Tests of the verbs that run or describe the service. */
@NullMarked
package dev.sallyport.cli.service;

import org.jspecify.annotations.NullMarked;
