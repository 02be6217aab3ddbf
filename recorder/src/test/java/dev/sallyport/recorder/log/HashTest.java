package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HashTest {
    @Test
    void emptyTreeHasTheHashOfNothing() {
        assertThat(Hash.EMPTY_ROOT.hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void leafOfTheWorkedExampleHasItsHash() {
        // Given
        String leaf =
                "{\"v\":1,\"t\":\"chunk\",\"ts\":1764000000500,"
                    + "\"sid\":\"01KAS7M4T3Q9V0\",\"st\":\"term\","
                    + "\"n\":0,\"seg\":0,\"off\":0,\"len\":121,\"ev\":[0,1],\"sha256\":"
                    + "\"6524172a950d59ed09f7e43307ee03f98229da47671fc2d3d591d6088a297d69\","
                    + "\"prev\":\"077253488300cb0443a355f12df675e9a185abea423c205215ba7b1235ea121e\"}";

        // When
        Hash hash = Hash.leaf(leaf.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(hash.hex())
                .isEqualTo("be04e796d79c7026e54a91ac7e1b7ab864ccefed234d09c0837fcc541699400b");
    }

    @Test
    void leafAndNodeOfTheSameBytesDiffer() {
        Hash left = Hash.leaf(new byte[] {1});
        Hash right = Hash.leaf(new byte[] {2});
        byte[] both = new byte[64];
        left.copyTo(both, 0);
        right.copyTo(both, 32);
        assertThat(Hash.node(left, right)).isNotEqualTo(Hash.leaf(both));
    }

    @Test
    void readsOnlyTheOneFormOfAHash() {
        String hex = Hash.EMPTY_ROOT.hex();
        assertThat(Hash.ofHex(hex)).isEqualTo(Hash.EMPTY_ROOT);
        assertThat(Hash.ofBase64(Hash.EMPTY_ROOT.base64())).isEqualTo(Hash.EMPTY_ROOT);
        assertThatThrownBy(() -> Hash.ofHex(hex.toUpperCase(Locale.ROOT)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hash.ofHex(hex.substring(2)))
                .isInstanceOf(IllegalArgumentException.class);
        String base64 = Hash.EMPTY_ROOT.base64();
        assertThatThrownBy(() -> Hash.ofBase64(base64.substring(0, 43)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
