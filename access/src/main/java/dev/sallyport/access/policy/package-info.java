/**
 * Policy as code: Cedar policies with a schema, asked with facts, mask and approvals in the
 * context.
 */
@NullMarked
package dev.sallyport.access.policy;

import org.jspecify.annotations.NullMarked;
