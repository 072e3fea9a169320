// Command peer lets Google's own log code judge ours: golang.org/x/mod/sumdb/note and sumdb/tlog.
//
// usage: peer FOLDER VKEY < cases.json
//
// It opens the folder's checkpoint, reads the tiles, which tlog checks against the signed root, makes proofs from
// them for every leaf, and then checks the proofs that our code made. Each case says whether it has to be accepted.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type proofCase struct {
	Index, Old, Size int64
	Leaf, Root       []byte
	OldRoot          []byte
	Proof            [][]byte
	Good             bool
}

type caseFile struct {
	Inclusion, Consistency []proofCase
	Notes                  []struct {
		Text string
		Good bool
	}
}

// folderTiles reads tiles as static files; our paths carry no height.
type folderTiles struct{ folder string }

func (f folderTiles) Height() int { return height }

func (f folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range tiles {
		name := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	must(err)
	tree := openCheckpoint(folder, note.VerifierList(verifier))
	reader := tlog.TileHashReader(tree, folderTiles{folder})
	records := checkEntries(folder, tree, reader)
	trees := checkGrowth(tree, reader)

	var cases caseFile
	must(json.NewDecoder(os.Stdin).Decode(&cases))
	for _, c := range cases.Inclusion {
		expect(c.Good, tlog.CheckRecord(hashes(c.Proof), c.Size, hash(c.Root), c.Index, hash(c.Leaf)), c)
	}
	for _, c := range cases.Consistency {
		expect(c.Good, tlog.CheckTree(hashes(c.Proof), c.Size, hash(c.Root), c.Old, hash(c.OldRoot)), c)
	}
	for _, c := range cases.Notes {
		_, err := note.Open([]byte(c.Text), note.VerifierList(verifier))
		expect(c.Good, err, c)
	}
	fmt.Printf("records=%d trees=%d inclusion=%d consistency=%d notes=%d\n",
		records, trees, len(cases.Inclusion), len(cases.Consistency), len(cases.Notes))
}

func openCheckpoint(folder string, known note.Verifiers) tlog.Tree {
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	opened, err := note.Open(data, known)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: hash(root)}
}

// checkEntries compares every entry with the tiles, which the reader verifies against the signed root, and proves
// the first of each bundle with a proof that tlog makes itself.
func checkEntries(folder string, tree tlog.Tree, reader tlog.HashReader) int64 {
	for first := int64(0); first < tree.N; first += 256 {
		tile := tlog.Tile{H: height, L: -1, N: first / 256, W: int(min(256, tree.N-first))}
		name := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		must(err)
		var leaves []tlog.Hash
		var places []int64
		for len(data) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(data))
			places = append(places, tlog.StoredHashIndex(0, first+int64(len(leaves))))
			leaves = append(leaves, tlog.RecordHash(data[2:end]))
			data = data[end:]
		}
		stored, err := reader.ReadHashes(places)
		must(err)
		for i, leaf := range leaves {
			if leaf != stored[i] {
				must(fmt.Errorf("entry %d is not the one in the tree", first+int64(i)))
			}
		}
		if len(leaves) != tile.W {
			must(fmt.Errorf("bundle %d holds %d entries", tile.N, len(leaves)))
		}
		proof, err := tlog.ProveRecord(tree.N, first, reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, first, leaves[0]))
	}
	return tree.N
}

func checkGrowth(tree tlog.Tree, reader tlog.HashReader) (checked int) {
	for old := int64(1); old <= tree.N; old += 1 + old/7 {
		root, err := tlog.TreeHash(old, reader)
		must(err)
		proof, err := tlog.ProveTree(tree.N, old, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old, root))
		checked++
	}
	return checked
}

func hash(data []byte) (h tlog.Hash) {
	if len(data) != len(h) {
		must(fmt.Errorf("a hash of %d bytes", len(data)))
	}
	copy(h[:], data)
	return h
}

func hashes(list [][]byte) (found []tlog.Hash) {
	for _, each := range list {
		found = append(found, hash(each))
	}
	return found
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func expect(good bool, err error, what interface{}) {
	if good != (err == nil) {
		must(fmt.Errorf("expected good=%v, got %v for %+v", good, err, what))
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
