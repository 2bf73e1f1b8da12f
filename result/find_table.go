package result

import (
	"encoding/csv"
	"slices"
	"strings"
)

// The heads of columns in spreadsheet exports of sign-in logs, as portals and query tools write them.
var tableColumns = map[string]string{
	"sign-in error code": "code", "resulttype": "code", "errorcode": "code", "error code": "code", "status.errorcode": "code", "status_errorcode": "code",
	"status error code": "code", "サインイン エラー コード": "code", "code d'erreur de connexion": "code", "codice errore di accesso": "code",
	"request id": "request", "id": "request", "要求 id": "request", "id de demande": "request", "id richiesta": "request",
	"correlation id": "correlation", "correlationid": "correlation", "関連付け id": "correlation", "相関 id": "correlation",
	"id de corrélation": "correlation", "id correlazione": "correlation",
	"date (utc)": "time", "timegenerated": "time", "createddatetime": "time", "timegenerated [utc]": "time", "日付 (utc)": "time", "data (utc)": "time",
	"ip address": string(PlaceholderIPAddress), "ipaddress": string(PlaceholderIPAddress),
	"application": string(PlaceholderApp), "appdisplayname": string(PlaceholderApp),
	"username": string(PlaceholderUser), "userprincipalname": string(PlaceholderUser),
	"resource": string(PlaceholderResource), "resourcedisplayname": string(PlaceholderResource),
	"client app": string(PlaceholderClientApp), "clientappused": string(PlaceholderClientApp),
	"operating system": string(PlaceholderPlatform),
}

// findInTable reads rows of a log pasted together with their header. The ids, the time and the values are those of the first row that did
// not succeed, or else of the first row.
func findInTable(text string) (Found, bool) {
	head, _, more := strings.Cut(text, "\n")
	if !more {
		return Found{}, false
	}
	rows, err := readRows(text, head)
	if err != nil || len(rows) < 2 {
		return Found{}, false
	}
	columns := make([]string, len(rows[0]))
	for i, h := range rows[0] {
		columns[i] = tableColumns[strings.ToLower(strings.TrimSpace(h))]
	}
	if len(columns) < 2 || !slices.Contains(columns, "code") {
		return Found{}, false
	}
	var found Found
	for _, row := range rows[1:] {
		f := findInRow(columns, row)
		code, ok := f.Code()
		if !ok {
			continue
		}
		if first, any := found.Code(); !any || first == Success && code != Success {
			f.Codes = append(f.Codes, found.Codes...)
			found = f
		} else if !slices.Contains(found.Codes, code) {
			found.Codes = append(found.Codes, code)
		}
	}
	return found, len(found.Codes) > 0
}

func readRows(text, head string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	for _, comma := range "\t;" {
		if strings.Count(head, string(comma)) > strings.Count(head, string(r.Comma)) {
			r.Comma = comma
		}
	}
	return r.ReadAll()
}

func findInRow(columns, row []string) Found {
	var f Found
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		if i >= len(columns) || columns[i] == "" || cell == "" {
			continue
		}
		switch columns[i] {
		case "code":
			if c, err := ParseCode(cell); err == nil {
				f.Codes = []Code{c}
			}
		case "request":
			if patterns().guid.MatchString(cell) {
				f.RequestID = strings.ToLower(cell)
			}
		case "correlation":
			if patterns().guid.MatchString(cell) {
				f.CorrelationID = strings.ToLower(cell)
			}
		case "time":
			f.Time = findTime(cell)
		default:
			if f.Values == nil {
				f.Values = Values{}
			}
			f.Values[Placeholder(columns[i])] = cell
		}
	}
	return f
}
