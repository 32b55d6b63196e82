package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nianbao/crawler/bucket"
)

// What stands for flags that are not given.
const (
	dbVariable     = "NIANBAO_DB"     // the environment's database
	configVariable = "NIANBAO_CONFIG" // another file of settings
	configName     = "nianbao.toml"   // in the working directory, or in the user's
)

// settings are what a file of settings may say. Each stands for the flag of its
// name in every command that has it, behind the flag itself and the environment.
type settings struct {
	DB            string `toml:"db"`
	Archive       string `toml:"archive"`
	Contact       string `toml:"contact"`
	Delay         string `toml:"delay"`
	PlatformDelay string `toml:"platform-delay"`
}

// configFile is the file of settings: what the environment names, the one in the
// working directory, or the user's; "" where there is none.
func configFile() (string, error) {
	if name := os.Getenv(configVariable); name != "" {
		if _, err := os.Stat(name); err != nil {
			return "", usagef("%s=%s: %w", configVariable, name, err)
		}
		return name, nil
	}
	candidates := []string{configName}
	if dir, err := os.UserConfigDir(); err == nil {
		candidates = append(candidates, filepath.Join(dir, "nianbao", configName))
	}
	for _, name := range candidates {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name, nil
		}
	}
	return "", nil
}

// readSettings reads a file of settings. Paths in it are relative to it.
func readSettings(name string) (s settings, err error) {
	f, err := os.Open(name)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return s, usagef("%s: %w", name, err)
	}
	defer f.Close()
	err = toml.NewDecoder(f).DisallowUnknownFields().Decode(&s)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		line, _ := unknown.Errors[0].Position()
		return s, usagef("%s:%d: %s: no such setting; want db, archive, contact, delay or platform-delay", name, line, strings.Join(unknown.Errors[0].Key(), "."))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return s, usagef("%s:%d: %s", name, line, strings.TrimPrefix(wrong.Error(), "toml: "))
	case err != nil:
		return s, usagef("%s: %w", name, err)
	}
	for _, path := range []*string{&s.DB, &s.Archive} {
		if *path != "" && !filepath.IsAbs(*path) && !bucket.Is(*path) {
			*path = filepath.Join(filepath.Dir(name), *path)
		}
	}
	return s, nil
}

// newDatabase marks commands whose --db is a file that they make, which nothing
// but the flag may name.
const newDatabase = "new-database"

// applySettings gives the flags of a command that were not given what the
// environment and the file of settings say.
func applySettings(c *cobra.Command) error {
	if c.Flags().Lookup("db") == nil && c.Flags().Lookup("archive") == nil && c.Flags().Lookup("delay") == nil {
		return nil
	}
	values, from := map[string]string{}, map[string]string{}
	name, err := configFile()
	if err != nil {
		return err
	}
	if name != "" {
		s, err := readSettings(name)
		if err != nil {
			return err
		}
		values = map[string]string{"db": s.DB, "archive": s.Archive, "contact": s.Contact, "delay": s.Delay, "platform-delay": s.PlatformDelay}
		for flag := range values {
			from[flag] = fmt.Sprintf("%s: %s", name, flag)
		}
	}
	if db := os.Getenv(dbVariable); db != "" {
		values["db"], from["db"] = db, dbVariable
	}
	if c.Annotations[newDatabase] != "" {
		delete(values, "db")
		delete(values, "archive")
	}
	var wrong error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if value := values[f.Name]; value != "" && !f.Changed && wrong == nil {
			if err := f.Value.Set(value); err != nil {
				wrong = usagef("%s = %s: %w", from[f.Name], value, err)
			}
		}
	})
	return wrong
}
