package result

import (
	"regexp"
	"strings"
	"sync"
)

// patternSet holds the spellings [Find] knows. The words are those of error pages, portals and logs in the languages of the catalogue.
type patternSet struct {
	prefixed, member, digits, guid *regexp.Regexp
	labelled                       []*regexp.Regexp
	requestID, correlationID       *regexp.Regexp
	labelledTime, anyTime          *regexp.Regexp
	values                         map[Placeholder]*regexp.Regexp
}

const (
	guidPattern = `([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})`
	// What may stand between a label and its value: quotes, colons, table bars, tags. Stars and not counts: a counted repetition would cost
	// the matcher a state for each.
	gapPattern  = `(?:[\s"'\\:=+|*]|<[^<>]*>)*`
	timePattern = `(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ,]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\b)?` +
		`|\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:AM|PM|am|pm))`
)

// patterns are compiled at the first use, so that looking up a number does not pay for them.
var patterns = sync.OnceValue(func() patternSet {
	value := func(labels string) *regexp.Regexp {
		// Either a member of JSON (the value ends at its quote) or a labelled line (it ends with the line).
		return regexp.MustCompile(`(?i)(?:"(?:` + labels + `)\\?"\s*:\s*\\?"([^"\\]+)|(?m:^\W{0,4}(?:` + labels + `)\s*[:=]\s*(\S[^\r\n]*)$))`)
	}
	return patternSet{
		prefixed: regexp.MustCompile(`(?i)AADST[S5][\s:#-]{0,3}([0-9OIL]{5,7})\b`),
		member: regexp.MustCompile(`(?i)\b(?:error_?codes?|ierrorcode|serrorcode|errornumber|resulttype)\\*["']?\s*[:=]\s*\\*["']?` +
			`(\d{1,7}\b|\[[\d\s,"'\\]+\])`),
		digits: regexp.MustCompile(`\d{5,7}`),
		guid:   regexp.MustCompile(`^` + guidPattern + `$`),
		labelled: []*regexp.Regexp{
			regexp.MustCompile(`(?i)(?:error\s*code|エラー\s*コード|code\s*d\s*'\s*erreur|code\s*erreur|codice\s*(?:di\s*|d')?errore|result\s*(?:type|code)|結果\s*コード|結果の種類)` +
				`\s{0,4}[:=#-]?\s{0,4}(0\b|\d[0-9OIL]{4,6}\b)`),
			regexp.MustCompile(`(?i)(?:\berror|エラー|\berreur|\berrore)\s{0,4}[:=#(-]?\s{0,4}(\d{5,7})\b`),
			regexp.MustCompile(`(?i)(?:^|[?&\s"'])code=(\d{5,7})\b`),
			regexp.MustCompile(`(?i)x-ms-clitelem\\?["']?\s*[:=]\s*\\?["']?\s*\d+\s*,\s*(\d{5,7})\b`),
		},
		requestID: regexp.MustCompile(`(?i)(client[-_ ]|original[-_ ]?)?(?:request[\s_-]*id|trace[\s_-]*id|(?:要求|リクエスト|トレース)\s*の?\s*ID` +
			`|ID\s*de\s*(?:la\s*)?(?:demande|requ[êe]te|suivi|trace)|ID\s*(?:della\s*|di\s*)?(?:richiesta|traccia))` + gapPattern + guidPattern),
		correlationID: regexp.MustCompile(`(?i)(?:correlation[\s_-]*id|client-request-id|(?:相関|関連付け|関連)\s*の?\s*ID|ID\s*de\s*(?:la\s*)?corr[ée]lation` +
			`|ID\s*(?:di\s*)?correlazione)` + gapPattern + guidPattern),
		labelledTime: regexp.MustCompile(`(?i)(?:time\s*stamp|createdDateTime|TimeGenerated|\btime\b|date\s*\(utc\)|タイム\s*スタンプ|日時|horodatage|data\s*e\s*ora)` +
			gapPattern + timePattern),
		anyTime: regexp.MustCompile(timePattern),
		values: map[Placeholder]*regexp.Regexp{
			PlaceholderApp:         value(`app\s*name|appDisplayName|アプリ\s*の?\s*名前?|nom\s*de\s*l'application|nome\s*(?:dell')?(?:app|applicazione)`),
			PlaceholderIPAddress:   value(`ip\s*address|ipAddress|callerIpAddress|IP\s*アドレス|adresse\s*IP|indirizzo\s*IP`),
			PlaceholderDeviceState: value(`device\s*state|デバイス\s*の?\s*状態|[ée]tat\s*de\s*l'appareil|stato\s*(?:del\s*)?dispositivo`),
			PlaceholderPlatform:    value(`device\s*platform|デバイス\s*の?\s*プラットフォーム|plateforme\s*de\s*l'appareil|piattaforma\s*(?:del\s*)?dispositivo`),
			PlaceholderResource:    value(`resourceDisplayName`),
			PlaceholderUser:        value(`userPrincipalName|user\s*name`),
			PlaceholderClientApp:   value(`clientAppUsed`),
			PlaceholderRedirectURI: regexp.MustCompile(`(?i)(?:redirect|reply)\s*ur[il]\s*'([^'\s]+)'`),
		},
	}
})

// maxValue is how much of a value is kept; what is longer is no name, address or state.
const maxValue = 200

func findGUID(text string, p *regexp.Regexp) string {
	m := p.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.ToLower(m[len(m)-1])
}

func findValues(text string) Values {
	var values Values
	for name, p := range patterns().values {
		m := p.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		value := strings.TrimSpace(strings.Join(m[1:], ""))
		if value == "" || name == PlaceholderIPAddress && !looksLikeAddress(value) {
			continue
		}
		if values == nil {
			values = Values{}
		}
		values[name] = clip(value, maxValue)
	}
	return values
}

// looksLikeAddress keeps "hidden" and the like out of sentences that name an address.
func looksLikeAddress(s string) bool {
	return strings.ContainsAny(s, ".:") && strings.Trim(s, "0123456789abcdefABCDEF.:") == ""
}
