package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/klauspost/compress/s2"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/zwgk/statable/schema"
)

// A journal holds what every input gave, so that an interruption costs little
// and the outputs can be made of any number of reports. It is a SQLite database
// that is committed every few hundred results; a crash leaves it as it was at
// the last commit.
//
// An input is finished once a later one has given a result, or at the end: an
// archive that was interrupted is read again from its start.
type journal struct {
	db *sql.DB

	mu      sync.Mutex // of the rest: the walk and the loop over results use it
	tx      *sql.Tx
	open    int   // results since the last commit
	place   int64 // of the input entered last
	current string
	id      int64 // of the current input, whose results come in
	nth     int
}

const journalTables = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs (
	id INTEGER PRIMARY KEY,
	path TEXT NOT NULL UNIQUE,
	size INTEGER, mtime INTEGER,       -- before it was read
	done INTEGER NOT NULL DEFAULT 0,
	place INTEGER                      -- in the walk of this run; NULL if it is not there any more
);
CREATE INDEX IF NOT EXISTS inputs_by_place ON inputs (place);
CREATE TABLE IF NOT EXISTS results (
	input INTEGER NOT NULL, nth INTEGER NOT NULL,
	name TEXT NOT NULL, report BLOB, error TEXT,
	PRIMARY KEY (input, nth)
) WITHOUT ROWID;
-- Whose tables a result has; made when the outputs are.
CREATE TABLE IF NOT EXISTS owners (
	key TEXT NOT NULL,                 -- see ownerKey
	input INTEGER NOT NULL, nth INTEGER NOT NULL,
	file TEXT, printed TEXT, issuer TEXT, division TEXT, tables INTEGER
);
`

// openJournal opens or makes a journal. What another build of the program wrote
// is not used: it may have read the files in another way.
func openJournal(path string) (*journal, error) {
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=locking_mode(EXCLUSIVE)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	j := &journal{db: db}
	if err := j.prepare(); err != nil {
		db.Close()
		var e *sqlite.Error
		if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
			return nil, fmt.Errorf("%s: another run is at work on this folder", filepath.Dir(path))
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return j, nil
}

// uriPath escapes a path for a SQLite URI.
func uriPath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

func (j *journal) prepare() error {
	build, err := buildID()
	if err != nil {
		return err
	}
	if _, err := j.db.Exec(journalTables); err != nil {
		return err
	}
	var was string
	if err := j.db.QueryRow(`SELECT value FROM meta WHERE key = 'build'`).Scan(&was); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	tx, err := j.db.Begin()
	if err != nil {
		return err
	}
	j.tx = tx
	if was != build {
		for _, q := range []string{`DELETE FROM results`, `DELETE FROM inputs`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(`INSERT OR REPLACE INTO meta VALUES ('build', ?)`, build); err != nil {
		return err
	}
	// What was not finished is not there.
	for _, q := range []string{
		`UPDATE inputs SET place = NULL`,
		`DELETE FROM results WHERE input NOT IN (SELECT id FROM inputs WHERE done)`,
		`DELETE FROM inputs WHERE NOT done`,
	} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return j.commitLocked()
}

// enter gives an input its place in this run. It reports whether the input is
// to be converted: whether it is new, or has changed.
func (j *journal) enter(path string) (bool, error) {
	st, err := os.Stat(path)
	if err != nil {
		return false, j.refuse(path, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var id, size, mtime int64
	var place sql.NullInt64
	err = j.tx.QueryRow(`SELECT id, size, mtime, place FROM inputs WHERE path = ?`, path).Scan(&id, &size, &mtime, &place)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	if known && place.Valid {
		return false, nil // given twice
	}
	j.place++
	if known && size == st.Size() && mtime == st.ModTime().UnixNano() {
		_, err := j.tx.Exec(`UPDATE inputs SET place = ? WHERE id = ?`, j.place, id)
		return false, err
	}
	return true, j.replace(path, st.Size(), st.ModTime().UnixNano())
}

// replace forgets what is known of an input and gives it the next place.
func (j *journal) replace(path string, size, mtime int64) error {
	for _, q := range []string{
		`DELETE FROM results WHERE input = (SELECT id FROM inputs WHERE path = ?)`,
		`DELETE FROM inputs WHERE path = ?`,
	} {
		if _, err := j.tx.Exec(q, path); err != nil {
			return err
		}
	}
	_, err := j.tx.Exec(`INSERT INTO inputs (path, size, mtime, place) VALUES (?, ?, ?, ?)`, path, size, mtime, j.place)
	return err
}

// refuse notes an input that cannot be read at all. It is tried again in the
// next run.
func (j *journal) refuse(path string, cause error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.place++
	if err := j.replace(path, -1, -1); err != nil {
		return err
	}
	_, err := j.tx.Exec(`INSERT INTO results SELECT id, 0, path, NULL, ? FROM inputs WHERE path = ?`, cause.Error(), path)
	return err
}

// add notes what a file of an input gave.
func (j *journal) add(input, name string, report *schema.Report, cause error) error {
	var blob []byte
	var text sql.NullString
	if cause != nil {
		text = sql.NullString{String: cause.Error(), Valid: true}
	} else {
		var err error
		if blob, err = pack(report); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if input != j.current || j.id == 0 {
		if err := j.finish(); err != nil {
			return err
		}
		j.current, j.nth = input, 0
		if err := j.tx.QueryRow(`SELECT id FROM inputs WHERE path = ?`, input).Scan(&j.id); err != nil {
			return err
		}
	}
	if _, err := j.tx.Exec(`INSERT INTO results VALUES (?, ?, ?, ?, ?)`, j.id, j.nth, name, blob, text); err != nil {
		return err
	}
	j.nth++
	if j.open++; j.open >= 500 {
		return j.commitLocked()
	}
	return nil
}

// finish marks the current input as finished.
func (j *journal) finish() error {
	_, err := j.tx.Exec(`UPDATE inputs SET done = 1 WHERE id = ?`, j.id)
	j.id = 0
	return err
}

// commit makes what was added last, and marks the last input as finished where
// that is sure: when the conversion has come to its end.
func (j *journal) commit() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.commitLocked()
}

func (j *journal) commitLocked() error {
	if err := j.tx.Commit(); err != nil {
		return err
	}
	j.open = 0
	var err error
	j.tx, err = j.db.Begin()
	return err
}

// end commits after the last input.
func (j *journal) end() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.finish(); err != nil {
		return err
	}
	return j.commitLocked()
}

func (j *journal) close() error {
	return errors.Join(j.tx.Rollback(), j.db.Close())
}

// A result is what a file gave.
type result struct {
	id, nth int64 // in the journal
	input   string
	name    string
	report  *schema.Report // nil if there is none
	err     string
}

// results yields what the files gave in the order of the inputs.
func (j *journal) results(ctx context.Context) iter.Seq2[result, error] {
	return func(yield func(result, error) bool) {
		rows, err := j.tx.QueryContext(ctx, `SELECT id, nth, path, name, report, error FROM inputs JOIN results ON input = id WHERE place IS NOT NULL ORDER BY place, nth`)
		if err != nil {
			yield(result{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r result
			var blob []byte
			var text sql.NullString
			err := rows.Scan(&r.id, &r.nth, &r.input, &r.name, &blob, &text)
			if err == nil && blob != nil {
				r.report, err = unpack(blob)
			}
			r.err = text.String
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(result{}, err)
		}
	}
}

// pack and unpack turn a report into bytes and back: its JSON, compressed.
func pack(r *schema.Report) ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return s2.Encode(nil, data), nil
}

func unpack(data []byte) (*schema.Report, error) {
	text, err := s2.Decode(nil, data)
	if err != nil {
		return nil, err
	}
	r := new(schema.Report)
	return r, json.Unmarshal(text, r)
}

// buildID identifies the program: what its own file is.
func buildID() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// owner notes whose tables a result has.
func (j *journal) owner(o owned) error {
	_, err := j.tx.Exec(`INSERT INTO owners VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, o.key, o.id, o.nth, o.file, o.printed, o.issuer, o.division, o.tables)
	return err
}

// An owned is a run of tables of one result that have one owner.
type owned struct {
	key              string
	id, nth          int64
	file             string // where the issuer is not known
	printed          string // the issuer as printed
	issuer, division string
	tables           int
}

func (j *journal) clearOwners() error {
	_, err := j.tx.Exec(`DELETE FROM owners`)
	return err
}

// owners yields for each owner, in the order in which they first appear, the
// results with tables of its own.
func (j *journal) owners(ctx context.Context) iter.Seq2[[]owned, error] {
	return func(yield func([]owned, error) bool) {
		rows, err := j.tx.QueryContext(ctx, `
			SELECT key, input, nth FROM owners
			JOIN (SELECT key, min(rowid) AS first FROM owners GROUP BY key) USING (key)
			ORDER BY first, owners.rowid`)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		var group []owned
		for rows.Next() {
			var o owned
			if err := rows.Scan(&o.key, &o.id, &o.nth); err != nil {
				yield(nil, err)
				return
			}
			if len(group) > 0 && group[0].key != o.key {
				if !yield(group, nil) {
					return
				}
				group = group[:0]
			}
			if n := len(group); n == 0 || group[n-1].id != o.id || group[n-1].nth != o.nth {
				group = append(group, o)
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		} else if len(group) > 0 {
			yield(group, nil)
		}
	}
}

// issuers yields every issuer with how many tables it has; of tables without
// one, every file.
func (j *journal) issuers(ctx context.Context) iter.Seq2[owned, error] {
	return func(yield func(owned, error) bool) {
		rows, err := j.tx.QueryContext(ctx, `
			SELECT file, printed, issuer, division, sum(tables) FROM owners
			GROUP BY file, printed, issuer, division ORDER BY min(rowid)`)
		if err != nil {
			yield(owned{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var o owned
			err := rows.Scan(&o.file, &o.printed, &o.issuer, &o.division, &o.tables)
			if !yield(o, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(owned{}, err)
		}
	}
}

// report returns a report of the journal.
func (j *journal) report(id, nth int64) (*schema.Report, error) {
	var blob []byte
	if err := j.tx.QueryRow(`SELECT report FROM results WHERE input = ? AND nth = ?`, id, nth).Scan(&blob); err != nil {
		return nil, err
	}
	return unpack(blob)
}
