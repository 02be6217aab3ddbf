package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleProofsTest {
    private static final int LARGEST = 90;

    private final List<Hash> leaves = new ArrayList<>();
    private final MerkleProofs.Nodes nodes = (level, index) -> leaves.get((int) index);

    MerkleProofsTest() {
        for (int i = 0; i < LARGEST; i++) {
            leaves.add(Hash.leaf(new byte[] {(byte) i}));
        }
    }

    /** RFC 6962 §2.1, word by word. */
    private static Hash root(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Hash.EMPTY_ROOT;
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return Hash.node(
                root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    private Head head(int size) {
        return new Head("log", size, root(leaves.subList(0, size)));
    }

    @Test
    void growingEdgeAlwaysHasTheRootOfTheDefinition() {
        // Given
        TreeEdge edge = new TreeEdge();
        List<Hash> sofar = new ArrayList<>();
        assertThat(edge.root()).isEqualTo(Hash.EMPTY_ROOT);

        // When / Then
        for (int i = 0; i < 1500; i++) {
            Hash leaf = Hash.leaf(new byte[] {(byte) i, (byte) (i >> 8)});
            sofar.add(leaf);
            edge.add(leaf);
            if (i < 520 || i % 61 == 0) {
                assertThat(edge.root()).isEqualTo(root(sofar));
            }
        }
    }

    @Test
    void everyLeafOfEverySizeHasAProofThatOnlyFitsItself() {
        for (int size = 1; size <= LARGEST; size++) {
            Hash root = head(size).root();
            for (int index = 0; index < size; index++) {
                List<Hash> proof = MerkleProofs.inclusion(index, size, nodes);
                Hash leaf = leaves.get(index);
                assertThat(MerkleProofs.verifyInclusion(leaf, index, size, proof, root)).isTrue();
                Hash other = leaves.get((index + 1) % LARGEST);
                assertThat(MerkleProofs.verifyInclusion(other, index, size, proof, root)).isFalse();
                List<Hash> longer = new ArrayList<>(proof);
                longer.add(leaf);
                assertThat(MerkleProofs.verifyInclusion(leaf, index, size, longer, root)).isFalse();
                if (!proof.isEmpty()) {
                    List<Hash> shorter = proof.subList(1, proof.size());
                    assertThat(MerkleProofs.verifyInclusion(leaf, index, size, shorter, root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void everyTwoSizesAreConsistentAndNoForkIs() {
        for (int newer = 1; newer <= LARGEST; newer++) {
            for (int older = 0; older <= newer; older++) {
                List<Hash> proof = MerkleProofs.consistency(older, newer, nodes);
                assertThat(MerkleProofs.verifyConsistency(head(older), head(newer), proof))
                        .isTrue();
                if (older > 0) {
                    Head fork = new Head("log", older, Hash.leaf(new byte[] {99}));
                    assertThat(MerkleProofs.verifyConsistency(fork, head(newer), proof)).isFalse();
                }
                if (older > 0 && older < newer) {
                    Head fork = new Head("log", newer, Hash.leaf(new byte[] {99}));
                    assertThat(MerkleProofs.verifyConsistency(head(older), fork, proof)).isFalse();
                    assertThat(MerkleProofs.verifyConsistency(head(newer), head(older), proof))
                            .isFalse();
                }
            }
        }
    }
}
