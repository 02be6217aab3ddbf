// Checks a log directory (C2SP tlog-tiles) with Go's own transparency log packages, and nothing of
// ours: recomputes the tree from all entries, never from tiles.
//
// Usage: GO111MODULE=off GOPATH=/usr/share/gocode go run checklog.go DIRECTORY [RECEIPT LEAF]...
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		found[i] = h[index]
	}
	return found, nil
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	return bytes
}

// checkpoint opens a signed note and gives size and root.
func checkpoint(text []byte, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		fail("checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("size: %v", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		fail("root: %v", err)
	}
	return size, root
}

// entries reads the bundles of the first size entries.
func entries(directory string, size int64) [][]byte {
	var all [][]byte
	for bundle := int64(0); int64(len(all)) < size; bundle++ {
		width := size - bundle*256
		if width > 256 {
			width = 256
		}
		path := fmt.Sprintf("%03d", bundle%1000)
		for rest := bundle / 1000; rest > 0; rest /= 1000 {
			path = fmt.Sprintf("x%03d/%s", rest%1000, path)
		}
		path = filepath.Join(directory, "tile", "entries", path)
		if width < 256 {
			path += fmt.Sprintf(".p/%d", width)
		}
		bytes := read(path)
		for i := int64(0); i < width; i++ {
			if len(bytes) < 2 {
				fail("%s is cut", path)
			}
			length := int(binary.BigEndian.Uint16(bytes))
			if len(bytes) < 2+length {
				fail("%s is cut", path)
			}
			all = append(all, bytes[2:2+length])
			bytes = bytes[2+length:]
		}
		if len(bytes) != 0 {
			fail("%s goes on", path)
		}
	}
	return all
}

// receipt checks a .tlog-proof.
func receipt(path string, leaf []byte, verifier note.Verifier) {
	head, signed, found := strings.Cut(string(read(path)), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("%s: not a tlog-proof", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		fail("%s: %v", path, err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		bytes, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize {
			fail("%s: not a hash", path)
		}
		var hash tlog.Hash
		copy(hash[:], bytes)
		proof = append(proof, hash)
	}
	size, root := checkpoint([]byte(signed), verifier)
	if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)); err != nil {
		fail("%s: %v", path, err)
	}
}

func main() {
	directory := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(directory, "vkey")))))
	if err != nil {
		fail("vkey: %v", err)
	}
	size, root := checkpoint(read(filepath.Join(directory, "checkpoint")), verifier)
	var stored hashes
	for i, entry := range entries(directory, size) {
		more, err := tlog.StoredHashes(int64(i), entry, stored)
		if err != nil {
			fail("entry %d: %v", i, err)
		}
		stored = append(stored, more...)
	}
	computed, err := tlog.TreeHash(size, stored)
	if err != nil || computed != root {
		fail("the entries do not give the signed root")
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		// This version lists every width that a partial tile has ever had.
		if tile.W < 256 && int64(tile.W) != size>>(8*uint(tile.L))&255 {
			continue
		}
		expected, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			fail("%v", err)
		}
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		if string(read(filepath.Join(directory, path))) != string(expected) {
			fail("%s differs", path)
		}
	}
	kept, _ := filepath.Glob(filepath.Join(directory, "checkpoints", "*.note"))
	for _, path := range kept {
		older, olderRoot := checkpoint(read(path), verifier)
		proof, err := tlog.ProveTree(size, older, stored)
		if err != nil {
			fail("%s: %v", path, err)
		}
		if err := tlog.CheckTree(proof, size, root, older, olderRoot); err != nil {
			fail("%s: %v", path, err)
		}
	}
	for i := 2; i+1 < len(os.Args); i += 2 {
		receipt(os.Args[i], read(os.Args[i+1]), verifier)
	}
	fmt.Printf("ok %d leaves, %d checkpoints\n", size, len(kept))
}
