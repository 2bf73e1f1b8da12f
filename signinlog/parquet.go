package signinlog

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

const (
	parquetMagic = "PAR1"
	// parquetKey marks our files, parquetForm how a record is laid out.
	parquetKey  = "sallyport.signinlog"
	parquetForm = "1"
	// parquetGroup is how many records are written, and held in memory, at
	// once.
	parquetGroup = 16 << 10
)

// NewParquetWriter writes records as Parquet, which column stores and DuckDB read
// directly and Open reads back without loss. About 16,000 records are held in
// memory; without Close the file is incomplete.
func NewParquetWriter(w io.Writer) Writer {
	return &parquetWriter{w: parquet.NewGenericWriter[parquetRow](w, parquet.Compression(&parquet.Zstd),
		parquet.KeyValueMetadata(parquetKey, parquetForm), parquet.CreatedBy("sallyport", "", ""))}
}

type parquetWriter struct {
	w    *parquet.GenericWriter[parquetRow]
	rows [1]parquetRow
	n    int
}

func (w *parquetWriter) Write(r *Record) error {
	w.rows[0].fromRecord(r)
	if _, err := w.w.Write(w.rows[:]); err != nil {
		return err
	}
	if w.n++; w.n%parquetGroup == 0 {
		return w.w.Flush()
	}
	return nil
}

func (w *parquetWriter) Close() error { return w.w.Close() }

// readParquet hands over the records of a Parquet file; it returns what is wrong
// with the file, or why it is none of ours. The library panics on some damaged
// files, which is a problem of the file like any other.
func (l *line) readParquet(in io.Reader, size int64, f *fileState) (problem, skipped string) {
	defer func() {
		if v := recover(); v != nil {
			problem, skipped = fmt.Sprintf("damaged Parquet: %v", v), ""
		}
	}()
	at, ok := in.(io.ReaderAt)
	if !ok || size <= 0 {
		return "Parquet can be read from a file only, uncompressed", ""
	}
	file, err := parquet.OpenFile(at, size)
	if err != nil {
		return "damaged Parquet: " + err.Error(), ""
	}
	switch form, ok := file.Lookup(parquetKey); {
	case !ok:
		return "", "Parquet that was not written by Sallyport"
	case form != parquetForm:
		return "", fmt.Sprintf("Parquet of form %s, expected %s", short(form), parquetForm)
	}
	r := parquet.NewGenericReader[parquetRow](file)
	defer r.Close()
	defer l.reader.read.Add(size)
	w := &worker{parser: newParser(), maxRow: l.reader.opts.MaxRow, seed: l.seed}
	for {
		rows := make([]parquetRow, 256)
		n, err := r.Read(rows)
		b := &block{file: f, layout: layoutReady}
		for i := range rows[:n] {
			w.parquetRow(b, &rows[i])
		}
		done := err == io.EOF
		if err != nil && !done {
			b.problem = "damaged Parquet: " + err.Error()
		}
		if !l.emit(b) || err != nil || n == 0 {
			return "", ""
		}
	}
}

func (w *worker) parquetRow(b *block, p *parquetRow) {
	r := b.slot()
	if err := p.toRecord(r, &w.texts); err != nil {
		b.drop()
		b.rows = append(b.rows, row{kind: rowIsBad, format: FormatParquet, text: err.Error()})
		return
	}
	w.keep(b, r, FormatParquet)
}
