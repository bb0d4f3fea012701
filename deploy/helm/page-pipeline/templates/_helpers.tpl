{{- define "page-pipeline.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "page-pipeline.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "page-pipeline.labels" -}}
{{ include "page-pipeline.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "page-pipeline.saslSecret" -}}
{{- if .Values.sasl.existingSecret -}}
{{- .Values.sasl.existingSecret -}}
{{- else if .Values.sasl.password -}}
{{- include "page-pipeline.name" . -}}
{{- end -}}
{{- end -}}

{{- /* A number of YAML is a float here: 1048576 would be written 1.048576e+06. */ -}}
{{- define "page-pipeline.setting" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- int64 . | toString | quote -}}
{{- else -}}
{{- toString . | quote -}}
{{- end -}}
{{- end -}}
