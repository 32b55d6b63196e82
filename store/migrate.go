package store

import (
	"context"
	"database/sql"
	"fmt"

	"nianbao/store/index"
	"nianbao/store/internal/query"
	"nianbao/store/migrations"
)

// applicationID marks the file as nianbao's (PRAGMA application_id): "NBAO".
const applicationID = 0x4e42414f

// pairsVersion is the schema that brought the present search index.
const pairsVersion = 2

// SchemaVersion is the version of the schema this program writes.
func SchemaVersion() int {
	all, err := migrations.All()
	if err != nil {
		panic(err) // the files are part of the program
	}
	return len(all)
}

// fileVersion reads what the file says it is. A database that has tables but
// not our mark is another program's.
func fileVersion(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, path string) (int, error) {
	var id, version, tables int
	if err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)").
		Scan(&id, &version, &tables); err != nil {
		return 0, err
	}
	refuse := func(err error, advice string) (int, error) {
		return 0, &Error{Path: path, Op: "open", Err: err, Advice: advice}
	}
	switch {
	case id != applicationID && tables > 0:
		return refuse(ErrForeign, "give a file that nianbao made, or a new name; nothing was changed")
	case version > SchemaVersion():
		return refuse(fmt.Errorf("%w: its schema is version %d, this program knows %d", ErrNewer, version, SchemaVersion()),
			"use the newer nianbao; nothing was changed")
	}
	return version, nil
}

// checkVersion is for files that may not be written.
func checkVersion(ctx context.Context, db *sql.DB, path string) error {
	version, err := fileVersion(ctx, db, path)
	if err != nil {
		return err
	}
	if version < SchemaVersion() {
		return &Error{Path: path, Op: "open", Err: fmt.Errorf("%w: its schema is version %d, this program's %d", ErrOlder, version, SchemaVersion()),
			Advice: "put it where it can be written; the next command brings it up to date"}
	}
	return nil
}

// migrate brings the file to SchemaVersion, all steps in one transaction, so
// that two processes that start at once do it once.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	version, err := fileVersion(ctx, db, path)
	if err != nil || version == SchemaVersion() {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return query.Immediate(ctx, conn, func() error {
		version, err := fileVersion(ctx, conn, path) // now nobody else writes
		if err != nil {
			return err
		}
		all, err := migrations.All()
		if err != nil {
			return err
		}
		for _, m := range all[min(version, len(all)):] {
			if _, err := conn.ExecContext(ctx, m.SQL); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
		}
		if version < pairsVersion {
			if err := index.Rebuild(ctx, conn); err != nil {
				return fmt.Errorf("search index: %w", err)
			}
		}
		_, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(all)))
		return err
	})
}
