package db

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strconv"
)

// A list is an argument that stands for any number of values; the statement
// names it {blobs $1}, {texts $1}, {ints $1} or {keys $1}.
type list interface {
	forSQLite() (string, error) // a JSON array
	forPostgres() any           // a slice that pgx sends as an array
}

type (
	blobList [][]byte
	textList []string
	intList  []int64
)

// keyList is the JSON text of [[shard, hex of id, hex of data or null], …].
type keyList string

// Keys makes one argument of many sharded keys, for {keys $1}: a table with the
// columns shard and id to join with. One that names its shard is found by the
// primary key.
func Keys[T ~[16]byte](ids []T) any { return KeysWith(ids, nil) }

// KeysWith is Keys with a third column, data, whose values go with the ids in
// order; nil is NULL.
func KeysWith[T ~[16]byte](ids []T, data [][]byte) any {
	b := make([]byte, 0, len(ids)*48+2)
	b = append(b, '[')
	for i := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		id := [16]byte(ids[i])
		b = append(b, '[')
		b = strconv.AppendInt(b, int64(ShardOf(id).Stored()), 10)
		b = append(b, `,"`...)
		b = hex.AppendEncode(b, id[:])
		b = append(b, '"', ',')
		if data == nil || data[i] == nil {
			b = append(b, "null"...)
		} else {
			b = append(b, '"')
			b = hex.AppendEncode(b, data[i])
			b = append(b, '"')
		}
		b = append(b, ']')
	}
	return keyList(append(b, ']'))
}

func (l keyList) forSQLite() (string, error) { return string(l), nil }
func (l keyList) forPostgres() any           { return string(l) }

// Blobs makes one argument of many ids.
func Blobs[T ~[16]byte](ids []T) any {
	l := make(blobList, len(ids))
	for i := range ids {
		id := [16]byte(ids[i])
		l[i] = id[:]
	}
	return l
}

// Bytes makes one argument of many byte strings of any length.
func Bytes(values [][]byte) any { return blobList(values) }

// Texts makes one argument of many strings.
func Texts(values []string) any { return textList(values) }

// Ints makes one argument of many whole numbers.
func Ints[T ~int64 | ~int](values []T) any {
	l := make(intList, len(values))
	for i, v := range values {
		l[i] = int64(v)
	}
	return l
}

func (l blobList) forPostgres() any { return [][]byte(l) }
func (l textList) forPostgres() any { return []string(l) }
func (l intList) forPostgres() any  { return []int64(l) }

func (l blobList) forSQLite() (string, error) {
	texts := make([]string, len(l))
	for i, b := range l {
		texts[i] = hex.EncodeToString(b)
	}
	return jsonArray(texts)
}
func (l textList) forSQLite() (string, error) { return jsonArray([]string(l)) }
func (l intList) forSQLite() (string, error)  { return jsonArray([]int64(l)) }

func jsonArray[T any](values []T) (string, error) {
	if values == nil {
		values = []T{}
	}
	b, err := json.Marshal(values)
	return string(b), err
}

var listForm = regexp.MustCompile(`\{(blobs|texts|ints|keys) (\$\d+)\}`)

var listText = [2]map[string]string{
	SQLite: {
		"blobs": "(SELECT unhex(value) FROM json_each($2))",
		"texts": "(SELECT value FROM json_each($2))",
		"ints":  "(SELECT value FROM json_each($2))",
		"keys":  "(SELECT value ->> 0 AS shard, unhex(value ->> 1) AS id, unhex(value ->> 2) AS data FROM json_each($2))",
	},
	Postgres: {
		"blobs": "(SELECT unnest($2::bytea[]))",
		"texts": "(SELECT unnest($2::text[]))",
		"ints":  "(SELECT unnest($2::bigint[]))",
		"keys": "(SELECT (value ->> 0)::int AS shard, decode(value ->> 1, 'hex') AS id, decode(value ->> 2, 'hex') AS data " +
			"FROM json_array_elements($2::json))",
	},
}

// listsOf writes the list forms of text in the words of engine.
func listsOf(text string, engine Engine) string {
	return listForm.ReplaceAllStringFunc(text, func(form string) string {
		parts := listForm.FindStringSubmatchIndex(form)
		kind := form[parts[2]:parts[3]]
		return string(listForm.ExpandString(nil, listText[engine][kind], form, parts))
	})
}

// arguments gives args in the form that the engine's driver takes. It changes
// args in place, which are the caller's variadic slice.
func (e Engine) arguments(args []any) ([]any, error) {
	for i, arg := range args {
		l, ok := arg.(list)
		if !ok {
			continue
		}
		if e == Postgres {
			args[i] = l.forPostgres()
			continue
		}
		text, err := l.forSQLite()
		if err != nil {
			return nil, err
		}
		args[i] = text
	}
	return args, nil
}
