package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileTest {
    @Test
    void seventyThousandLeavesHaveTheTilesOfTheSpecification() {
        // When
        List<Tile> tiles = Tile.covering(70_000);

        // Then
        Map<Integer, List<Tile>> levels =
                tiles.stream().collect(Collectors.groupingBy(Tile::level));
        assertThat(levels.keySet()).containsExactlyInAnyOrder(Tile.ENTRIES, 0, 1, 2);
        assertThat(levels.get(0)).hasSize(274).endsWith(new Tile(0, 273, 112));
        assertThat(levels.get(0)).filteredOn(Tile::isFull).hasSize(273);
        assertThat(levels.get(1)).containsExactly(new Tile(1, 0, 256), new Tile(1, 1, 17));
        assertThat(levels.get(2)).containsExactly(new Tile(2, 0, 1));
        assertThat(levels.get(Tile.ENTRIES)).hasSize(274).endsWith(new Tile(-1, 273, 112));
    }

    @Test
    void pathsAreWrittenInGroupsOfThree() {
        assertThat(new Tile(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new Tile(1, 1, 17).path()).isEqualTo("tile/1/001.p/17");
        assertThat(new Tile(Tile.ENTRIES, 1000, 1).path()).isEqualTo("tile/entries/x001/000.p/1");
    }

    @Test
    void everyPathReadsBackAsItsTile() {
        for (Tile tile : Tile.covering(1_000_003)) {
            assertThat(Tile.parse(tile.path())).contains(tile);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/x000/001",
                "tile/0/1",
                "tile/0/001.p/256",
                "tile/0/001.p/0",
                "tile/00/001",
                "tile/9/001",
                "tile/entries/001.p/017",
                "tile/0/../001",
                "tile/0/001/",
                "tile/x/001"
            })
    void refusesEveryOtherFormOfAPath(String path) {
        assertThat(Tile.parse(path)).isEmpty();
    }

    @Test
    void growingAddsWhatTheLargerLogHasAndTheSmallerHasNot() {
        for (int from = 0; from < 1100; from += 7) {
            List<Tile> grown = new ArrayList<>(Tile.covering(1100));
            grown.removeAll(Tile.covering(from));
            assertThat(Tile.grownBetween(from, 1100)).containsExactlyElementsOf(grown);
        }
    }
}
