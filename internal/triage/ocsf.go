package triage

import "strings"

// ocsfVersion is the version of the Open Cybersecurity Schema Framework whose
// Detection Finding class is written, as signinlog writes records.
const ocsfVersion = "1.6.0"

// OCSF returns the finding as an OCSF event of class 2004, Detection Finding. Now
// is when the finding is made, in milliseconds since 1970: 0 takes the time of the
// last record.
func (f *Finding) OCSF(now int64) map[string]any {
	if now == 0 {
		now = f.To.UnixMilli()
	}
	severity := map[Severity]int{Low: 2, Medium: 3, High: 4}[f.Severity]
	name := map[Severity]string{Low: "Low", Medium: "Medium", High: "High"}[f.Severity]
	d := map[string]any{
		"activity_id": 1, "activity_name": "Create", "category_uid": 2, "category_name": "Findings", "class_uid": 2004, "class_name": "Detection Finding", "type_uid": 200401,
		"severity_id": severity, "severity": name, "status_id": 1, "status": "New", "time": now, "start_time": f.From.UnixMilli(), "end_time": f.To.UnixMilli(),
		"count": f.Count, "message": f.Why, "is_alert": f.Severity > Low,
		"metadata":     map[string]any{"version": ocsfVersion, "product": map[string]any{"name": "Sallyport", "vendor_name": "Sallyport"}, "uid": f.ID},
		"finding_info": f.ocsfInfo(now),
	}
	if evidence := f.ocsfEvidence(); len(evidence) > 0 {
		d["evidences"] = evidence
	}
	if len(f.Users) > 0 {
		resources := make([]any, len(f.Users))
		for i, p := range f.Users {
			resources[i] = drop(map[string]any{"type": "User", "uid": p.ID, "name": p.Name})
		}
		d["resources"] = resources
	}
	return d
}

// drop leaves out members that would be empty.
func drop(d map[string]any) map[string]any {
	for k, v := range d {
		if v == "" {
			delete(d, k)
		}
	}
	return d
}

func (f *Finding) ocsfInfo(now int64) map[string]any {
	analytic := map[string]any{"type_id": 1, "type": "Rule", "name": f.Title, "uid": string(f.Kind)}
	if f.Rule != nil {
		analytic["uid"] = f.Rule.ID
		analytic["desc"] = f.Rule.File
	}
	info := map[string]any{"uid": f.ID, "title": f.Title, "desc": f.Why, "types": []string{string(f.Kind)}, "created_time": now,
		"first_seen_time": f.From.UnixMilli(), "last_seen_time": f.To.UnixMilli(), "analytic": analytic, "related_events_count": f.Count}
	related := make([]any, len(f.RecordIDs))
	for i, id := range f.RecordIDs {
		related[i] = map[string]any{"uid": id, "type_uid": 300201}
	}
	info["related_events"] = related
	var attacks []any
	for _, t := range f.Techniques {
		name := "technique"
		if strings.Contains(t, ".") {
			name = "sub_technique"
		}
		attacks = append(attacks, map[string]any{name: map[string]any{"uid": t}})
	}
	if attacks != nil {
		info["attacks"] = attacks
	}
	return info
}

func (f *Finding) ocsfEvidence() []any {
	var all []any
	for _, a := range f.Addresses {
		src := map[string]any{"ip": a.IP}
		if a.Country != "" {
			src["location"] = map[string]any{"country": a.Country}
		}
		if a.ASN != 0 {
			src["autonomous_system"] = map[string]any{"number": a.ASN}
		}
		all = append(all, map[string]any{"src_endpoint": src})
	}
	return all
}
