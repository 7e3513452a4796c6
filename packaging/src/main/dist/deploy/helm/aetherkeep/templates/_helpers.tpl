{{- define "aetherkeep.name" -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "aetherkeep.selector" -}}
app.kubernetes.io/name: aetherkeep
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "aetherkeep.labels" -}}
{{ include "aetherkeep.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
