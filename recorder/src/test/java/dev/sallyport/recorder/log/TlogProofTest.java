package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlogProofTest {
    private static final String SEAL =
            "{\"v\":1,\"t\":\"seal\",\"ts\":1764000001000,\"sid\":\"01KAS7M4T3Q9V0\","
                + "\"end\":\"normal\",\"exit\":0,"
                + "\"streams\":{\"term\":{\"chunks\":2,\"bytes\":181,\"ev\":4,"
                + "\"last\":\"6de9a3e25661fb1e93684adcbcd348fede4e2d5060ec1a783d453a0d53085a49\","
                + "\"segs\":[\"3f8788e76ba3d090a7168eab0747da384818c9c539229c51a349c87d5e920242\"]}},"
                + "\"sums\":\"edaadb45dd9b3e5949715d54f0c784af5d5fcaded92672517bff96b07a329e2b\"}";
    private static final String PROOF =
            "c2sp.org/tlog-proof@v1\nindex 4\nNAoXjluifN+lrqU9ieJI/uUTwK2ld2uDDY2UuP7BieA=\n\n"
                    + NoteTest.CHECKPOINT;

    @Test
    void receiptOfTheWorkedExampleProvesItsSeal() {
        // When
        TlogProof proof = TlogProof.parse(PROOF);

        // Then
        assertThat(proof.includes(Hash.leaf(SEAL.getBytes(StandardCharsets.UTF_8)))).isTrue();
        assertThat(proof.includes(Hash.leaf((SEAL + " ").getBytes(StandardCharsets.UTF_8))))
                .isFalse();
        assertThat(proof.format()).isEqualTo(PROOF);
    }

    @Test
    void unauthenticatedExtraIsDropped() {
        TlogProof proof = TlogProof.parse(PROOF.replace("index 4", "extra AAAA\nindex 4"));
        assertThat(proof.format()).isEqualTo(PROOF);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v2\nindex 4\n\nx"})
    void refusesWhatIsNoProof(String text) {
        assertThatThrownBy(() -> TlogProof.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
