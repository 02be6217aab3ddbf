package dev.sallyport.broker.api;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as strict as it can be: nothing unknown, nothing missing, nothing twice, nothing deep. */
public final class ApiJson {
    /** No body of this API nests deeper than six. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_STRING = 128 * 1024;

    private static final String EXPECTED = "the body is not the JSON that /openapi.json describes";

    private final JsonMapper mapper;

    public ApiJson() {
        var limits =
                StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_STRING)
                        .build();
        mapper =
                JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                        .build();
    }

    /** The body as {@code shape}. */
    <T extends ApiBody> T read(byte[] body, Class<T> shape) throws ApiErrorException {
        try {
            T value = mapper.readValue(body, shape);
            if (value == null) {
                // The JSON text "null".
                throw ApiErrorException.malformed(EXPECTED, "");
            }
            return value;
        } catch (JacksonException e) {
            String where =
                    e.getLocation() == null
                            ? ""
                            : "line %d, column %d"
                                    .formatted(
                                            e.getLocation().getLineNr(),
                                            e.getLocation().getColumnNr());
            throw ApiErrorException.malformed(EXPECTED, where);
        }
    }

    /**
     * An answer's body as {@code shape}.
     *
     * @throws JacksonException when it is not that
     */
    public <T> T readAnswer(byte[] body, Class<T> shape) {
        return mapper.readValue(body, shape);
    }

    /** UTF-8 bytes of {@code value}. */
    public byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }
}
