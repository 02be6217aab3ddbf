package dev.sallyport.proxy.db.wire;

/** What a name in Describe and Close stands for. */
public enum StatementOrPortal {
    STATEMENT('S'),
    PORTAL('P');

    private final byte code;

    StatementOrPortal(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static StatementOrPortal read(MessageReader reader) {
        int code = reader.int8("what it names");
        for (StatementOrPortal kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw reader.violation("names neither a statement nor a portal");
    }
}
