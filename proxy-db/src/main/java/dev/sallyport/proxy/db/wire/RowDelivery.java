package dev.sallyport.proxy.db.wire;

/** How {@link BackendDecoder} hands out rows. */
public enum RowDelivery {
    /** Rows of more than 64 KiB come in pieces, so that memory stays constant. */
    STREAMED,
    /**
     * Every row comes whole, with its values, so that they can be masked. A row above {@link
     * BackendLimits#wholeRow} is a violation: it cannot be masked and so is not let through.
     */
    WHOLE
}
