package graphjson_test

import (
	"fmt"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

func ExampleDecode() {
	d, err := graphjson.Decode("export.json", []byte(`{"value": [
	  {"id": "1", "displayName": "Require MFA", "state": "enabled",
	   "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}},
	   "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}},
	  {"id": "2", "displayName": "Broken", "state": "enabled",
	   "conditions": {"users": {"includeUsers": "All"}}}
	]}`))
	for _, p := range d.Policies {
		fmt.Println(p.DisplayName, p.State, p.Grant.Controls)
	}
	fmt.Println(err)
	// Output:
	// Require MFA enabled mfa
	// export.json:6:46: value[1].conditions.users.includeUsers: found "All", expected an array
}

func ExampleEncodePolicy() {
	list, err := graphjson.DecodePolicies("", []byte(`{"owner": "Security", "state": "disabled", "conditions": {"users": {"includeUsers": ["All"]}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	list[0].State = access.StateEnabled
	text, err := graphjson.EncodePolicy(&list[0])
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// {
	//   "owner": "Security",
	//   "state": "enabled",
	//   "conditions": {
	//     "users": {
	//       "includeUsers": [
	//         "All"
	//       ]
	//     }
	//   }
	// }
	// <nil>
}

func ExampleReadFacts() {
	attempts, err := graphjson.ReadFacts("attempt.json", []byte(`{"userId": "alice", "country": null, "ipAddress": "192.0.2.7"}`))
	country, known := attempts[0].Country.Get()
	fmt.Printf("country %q, known: %v; device known: %v; %v\n", country, known, attempts[0].Device.IsKnown(), err)
	_, err = graphjson.ReadFacts("attempt.json", []byte(`{"userID": "alice"}`))
	fmt.Println(err)
	// Output:
	// country "", known: true; device known: false; <nil>
	// attempt.json:1:12: userID: found a member that is not known; the nearest that is: userId
}
