// Renders a Helm chart as Helm does, by text/template and sprig, without Helm: the chart, a file of values or
// "-", and the name of the release. It prints the manifests.
//
//	apt-get install golang-go golang-github-masterminds-sprig-dev golang-gopkg-yaml.v3-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run .ci/helm/render.go CHART VALUES RELEASE
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

func main() {
	if err := render(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(file string) (map[string]interface{}, error) {
	values := map[string]interface{}{}
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(text, &values)
	}
	return values, err
}

// Values override the chart's, member by member.
func merge(under, over map[string]interface{}) {
	for name, value := range over {
		below, isMap := under[name].(map[string]interface{})
		if above, alsoMap := value.(map[string]interface{}); isMap && alsoMap {
			merge(below, above)
		} else {
			under[name] = value
		}
	}
}

func toYaml(value interface{}) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	return strings.TrimSuffix(out.String(), "\n"), err
}

func functions(templates *template.Template) template.FuncMap {
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = toYaml
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := templates.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	return functions
}

func render(chart, valuesFile, release string) error {
	meta, err := read(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return err
	}
	values, err := read(filepath.Join(chart, "values.yaml"))
	if err != nil {
		return err
	}
	if valuesFile != "-" {
		over, err := read(valuesFile)
		if err != nil {
			return err
		}
		merge(values, over)
	}
	templates := template.New("chart").Option("missingkey=error")
	templates.Funcs(functions(templates))
	if _, err := templates.ParseGlob(filepath.Join(chart, "templates", "*")); err != nil {
		return err
	}
	data := map[string]interface{}{
		"Values": values,
		"Chart": map[string]interface{}{
			"Name": meta["name"], "Version": meta["version"], "AppVersion": meta["appVersion"]},
		"Release": map[string]interface{}{"Name": release, "Namespace": "default", "Service": "Helm"},
	}
	for _, each := range templates.Templates() {
		if strings.HasSuffix(each.Name(), ".yaml") {
			fmt.Println("---")
			if err := each.Execute(os.Stdout, data); err != nil {
				return err
			}
		}
	}
	return nil
}
