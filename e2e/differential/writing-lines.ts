import { commandLines } from "./command-lines.ts";

/** Change what is there: each program in a namespace of its own, one line after the other. */
export const WRITING_LINES = commandLines(`
apply -f app.yaml --dry-run=client
apply -f app.yaml --dry-run=server
apply -f app.yaml
apply -f app.yaml
apply -f changed.yaml -o name
apply view-last-applied configmap settings
apply view-last-applied configmap settings -o json
apply set-last-applied -f changed.yaml --dry-run=client
apply set-last-applied -f changed.yaml
apply set-last-applied -f service.yaml
get configmap settings -o jsonpath={.data}{.metadata.labels}
create -f app.yaml
apply -f no-kind.yaml
apply -f unknown-kind.yaml
apply -f unknown-field.yaml
apply -f unknown-field.yaml --validate=false
apply -f invalid.yaml
apply -f changed.yaml --server-side
apply -f changed.yaml --server-side --force-conflicts
apply -f changed.yaml --server-side --field-manager=other
apply -f app.yaml --server-side --field-manager=other
label configmap settings a=1
label configmap settings a=2
label configmap settings a=2 --overwrite
label configmap settings a=2
label configmap settings a-
@1.36 label configmap settings b- 
label configmap settings 'a=b c'
label configmap settings --list
label configmap settings c=d --resource-version=1
label configmap --all x=y
label configmap -l x=y z=1 -o name
annotate configmap settings note=x
annotate configmap settings note=y
annotate configmap settings note=y --overwrite
annotate configmap settings note-
annotate configmap settings nope-
patch configmap settings -p '{"data":{"x":"y"}}'
patch configmap settings -p '{"data":{"x":"y"}}'
patch configmap settings --type=json -p '[{"op":"remove","path":"/data/x"}]'
patch configmap settings --type=json -p '[{"op":"remove","path":"/data/nope"}]'
patch configmap settings --type=merge -p '{"data":{"m":"1"}}' -o name
patch configmap settings -p 'data: {yaml: "1"}'
patch configmap settings -p {
patch configmap settings -p '{"data":{"d":"1"}}' --dry-run=server
patch configmap settings -p '{"data":{"d":"1"}}' --dry-run=client -o jsonpath={.data.d}
patch configmap nope -p {}
patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'
@1.36 expose deployment web --port=80 --dry-run=client -o yaml
expose deployment web --dry-run=client
expose deployment web --port=8080 --target-port=80
expose deployment web --port=8080
expose configmap settings
set image deployment/web web=example/web:2
set image deployment/web web=example/web:2
set image deployment/web *=example/web:3 --dry-run=server
set image deployment/web nope=example/web:2
set env deployment/web A=b
set env deployment/web --list
set env deployment/web --from=configmap/settings --prefix=S_ --keys=color
set env deployment/web A-
set resources deployment/web --limits=cpu=1
set resources deployment/web --requests=cpu=100m -o name
set serviceaccount deployment/web default
set serviceaccount deployment/web runner
set selector service/web app=other
set selector service/web app=web
scale deployment/web --replicas=1
scale deployment/web --replicas=2 --current-replicas=1
scale deployment/web --replicas=2 --current-replicas=7
rollout pause deployment/web
rollout pause deployment/web
rollout restart deployment/web
rollout resume deployment/web
rollout resume deployment/web
@1.36 autoscale deployment web --max=3 --cpu=50%
@1.36 get hpa web -o jsonpath={.spec}
create role reader --verb=get,watch --resource=pods
create rolebinding readers --role=reader --user=ann
set subject rolebinding/readers --user=bob --serviceaccount=:runner
set subject rolebinding/readers --user=bob
get rolebinding readers -o jsonpath={.subjects}
create role writer --verb=create --resource=pods
create role writer --verb=create --resource=pods
create deployment api --image=example/api --replicas=0
create deployment api --image=example/api
create configmap c --from-literal=a=b
create configmap c --from-literal=a=b
create secret generic s --from-literal=a=b --save-config
create sa runner
create quota q --hard=pods=100
create pdb p --selector=app=api --min-available=1
create ingress i --rule=a.com/*=web:80
create job j --image=example/once --dry-run=server
run one --image=example/one --restart=Never --dry-run=server -o name
get deployment web -o jsonpath={.spec.template.spec.containers}
replace -f changed.yaml
replace -f unknown-kind.yaml
replace -f service.yaml
@1.36 replace -f changed.yaml --force
diff -f changed.yaml
apply -f folder -R
apply -f changed.yaml -f service.yaml
@1.36 apply -f service.yaml --prune --all --prune-allowlist=core/v1/ConfigMap --dry-run=client
apply -f service.yaml --prune --all --prune-allowlist=core/v1/ConfigMap --dry-run=server
apply -f service.yaml --prune --all --prune-allowlist=core/v1/ConfigMap
apply -k overlay
apply -k overlay
diff -k overlay
replace -k kustomization
delete -k overlay --ignore-not-found -o name
apply -f - 
get cm -o name
wait deployment/web --for=jsonpath={.metadata.name}=web
delete configmap nope
delete configmap nope --ignore-not-found
delete configmap -l app=nope
@1.36 delete sa runner --now
delete configmap c secret/s
@1.36 delete configmap/c secret/s
@1.36 delete ingress,pdb,quota --all
@1.36 delete role reader writer --dry-run=server
delete role reader writer -o name
@1.36 delete -f app.yaml --cascade=orphan
@1.36 delete -f app.yaml
`);
