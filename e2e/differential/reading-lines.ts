import { commandLines } from "./command-lines.ts";

/** Read what is there, say what is wrong, or make objects without a server: the same line for both programs. */
export const READING_LINES = commandLines(`
# get: outputs
get ns
get ns -o wide --show-labels
get ns -L kubernetes.io/metadata.name --no-headers
get ns --sort-by=.metadata.name
get ns --sort-by={.metadata.creationTimestamp} -o name
get ns -o name
get ns -o yaml
get ns -o json
@1.36 get ns -o kyaml
@1.36 get ns default -o kyaml
get ns default -o yaml --show-managed-fields
get ns -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'
get ns -o jsonpath='{.items[?(@.metadata.name=="default")].metadata.labels}'
get ns -o jsonpath='{.items[0:2].metadata.name}'
get ns -o jsonpath='{.items[-1:].metadata.name}'
get ns -o jsonpath='{..name}'
get ns -o jsonpath-as-json='{.items[*].metadata.name}'
get ns -o jsonpath={.a
get ns -o jsonpath={.nope.nope}
get ns -o jsonpath={.nope} --allow-missing-template-keys=false
get ns -o jsonpath-file=path.jsonpath
get ns -o jsonpath-file=/nope
get ns -o go-template='{{range .items}}{{.metadata.name}} {{end}}'
get ns -o go-template='{{range $i, $e := .items}}{{$i}}={{$e.metadata.name}};{{end}}'
get ns -o go-template='{{len .items}} {{printf "%5.2f|%q" 1.5 "a"}}'
get ns -o go-template={{foo}}
get ns default -o go-template={{.kind.x}}
get ns -o go-template-file=names.tmpl
get ns -o template={{.kind}}
get ns --template={{.kind}}
get ns -o go-template
get ns -o custom-columns=NAME:.metadata.name,NOPE:.spec.nope
get ns -o custom-columns=NAME:.metadata.name --no-headers
get ns -o custom-columns=NAME
get ns -o custom-columns
get ns -o custom-columns-file=columns.txt
get ns -o custom-columns-file=/nope
@1.36 get ns -o foo
@1.36 get ns -o wide=x
get ns --show-labels -o yaml
get ns --show-kind
get ns --server-print=false
get ns --chunk-size=1
get ns --chunk-size=-1
get ns default nope
get ns nope
get ns nope --ignore-not-found
get ns nope -o yaml --ignore-not-found
get ns/default ns/nope
get ns default --subresource=status
get ns --subresource=status
@1.32 get ns default --subresource=nope
# get: what is meant
get svc,endpointslices -n default
get svc/kubernetes ns/default -n default
get svc/kubernetes ns
get svc,ns default
get svc -A
get all -n team
get all -n team -o name
get deploy,rs,pods -n team -l app=web
get deployments.v1.apps -n team
get deployments.apps/web -n team
get deploy.apps web -n team -o name
get Deployment web -n team -o name
get sts,ds,jobs,cronjobs -n team
get cm,secrets,sa -n team
get pvc,pv -n team
get ingress,netpol,pdb,hpa,quota,limits -n team
get roles,rolebindings -n team
get clusterroles,clusterrolebindings -o name
get sc,priorityclasses,csidrivers,csr
get crd
get widgets -n team
get widgets -n team -o yaml
get events -n nobody
get nodes --field-selector=metadata.name=nope
get pods -n nobody
get pods -n nobody -o name
get pods -n nobody -o json
get pods -n nobody --no-headers
get pods -A --field-selector=status.phase=Running -o name
get pods -n team --field-selector=spec.nodeName=nope
get pods -n team -l 'app in (web),tier!=x' -o name
get pods -l 'a in'
get pods -l a=b=c
get pods --field-selector=foo=bar
get pods --field-selector=foo
get pods --all-namespaces --namespace team -o name
get foo
get foo.bar
get foo.v1.bar
get foo/x
get pods/x/y
get pods/
get /x
get pods foo/x
get
get ''
get pods -f /nope
get -f app.yaml -n team
get -f app.yaml -n team -o name
get -f app.yaml -o yaml -n nobody
get -f app.yaml pods
get -f empty.yaml
get -f broken.yaml
get -f folder -n team -o name
get -f folder -R -n team -o name
get -k /nope
get -f a -k b
get --raw /healthz
get --raw /api
get --raw healthz
get --raw /nope
get --raw /healthz pods
get --raw /healthz -w
get pods --output-watch-events
get pods -w --request-timeout=1
get ns --request-timeout=foo
get ns --nope
get ns -Z
get ns --output
get ns -n
get ns --watch=maybe
get ns --chunk-size=x
# describe
describe ns default
describe ns
describe ns nope
describe svc kubernetes -n default
describe svc front -n team
describe svc headless -n team
describe cm settings -n team
describe secret pass -n team
@1.36 describe sa default -n team
describe quota limits -n team
describe limits defaults -n team
describe pvc data -n team
describe pv disk
describe sc fast
describe ingress site -n team
describe ingressclass outer
describe netpol closed -n team
describe pdb web -n team
describe hpa web -n team
describe role reader -n team
describe rolebinding readers -n team
describe clusterrole view
describe clusterrolebinding cluster-admin
@1.36 describe cronjob nightly -n team
describe sts db -n team
@1.33 describe ds agent -n team
describe deploy web -n team
describe rs -l app=web -n team
describe job once -n team
describe priorityclass system-node-critical
describe csidriver
describe csr
describe crd widgets.example.com
describe widget one -n team
describe endpointslices -l kubernetes.io/service-name=headless -n team
describe validatingwebhookconfigurations
describe lease -n kube-node-lease
describe foo
describe
describe pods nope -n team
describe pods -l app=nope -n team
@1.36 describe cm settings nope -n team
@1.32 describe -f app.yaml -n team --show-events=false
# explain
explain pods
explain pod.spec.containers
explain deployments.apps --recursive
explain pods.spec.dnsPolicy
explain pods.spec.nope
explain deployments --api-version=apps/v1
explain deployments --api-version=apps/v9
explain widgets
explain widgets.spec
explain foo
explain
explain pods services
explain pods --output=nope
explain pods --output=plaintext-openapiv2
# create without a server
@1.36 create deployment web --image=nginx:1.2 --replicas=3 --port=80 --dry-run=client -o yaml
@1.36 create deployment web --image=a --image=b --dry-run=client -o json
create deployment web --image=a --image=b --dry-run=client -o yaml -- sh -c x
create deployment web --image=a --dry-run=client -o name
create deployment web --image=a --dry-run=client
create deployment web --image=a --dry-run=client -o jsonpath={.spec.replicas}
create deployment web
create deployment
create deployment a b --image=x
@1.36 create deploy web --image=nginx --dry-run=client -o kyaml
create job now --image=busybox --dry-run=client -o name -- date
@1.36 create job now --image=busybox --dry-run=client -o yaml
create job now
create job now --from=cronjob/nope -n team
create job now --from=cronjob/nightly -n team --dry-run=client -o name
@1.36 create cronjob tick --image=busybox --schedule='*/1 * * * *' --restart=Never --dry-run=client -o yaml -- date
create cronjob tick --image=busybox
@1.36 create service clusterip s --tcp=80:8080 --tcp=443 --dry-run=client -o yaml
@1.36 create service clusterip s --clusterip=None --dry-run=client -o yaml
create service clusterip s
@1.36 create service nodeport s --tcp=80:http --node-port=30001 --dry-run=client -o yaml
@1.36 create service loadbalancer s --tcp=80 --dry-run=client -o yaml
@1.36 create service externalname s --external-name=example.com --dry-run=client -o yaml
create service externalname s
create service nope s
create service
@1.36 create configmap c --from-literal=a=b --append-hash --dry-run=client -o yaml
@1.36 create configmap c --from-file=columns.txt --from-file=key=names.tmpl --dry-run=client -o yaml
@1.36 create configmap c --from-file=folder --dry-run=client -o yaml
@1.36 create configmap c --from-env-file=values.env --dry-run=client -o yaml
create configmap c --from-file=/nope
create configmap c --from-literal=a
create configmap c --from-literal=a=b --from-literal=a=c --dry-run=client
create configmap c --from-env-file=values.env --from-literal=a=b
create configmap c --from-file=a/b=columns.txt
@1.36 create configmap c --dry-run=client -o yaml
@1.36 create secret generic s --from-literal=a=b --type=x/y --dry-run=client -o yaml
create secret generic s --from-literal=a=b --append-hash --dry-run=client -o name
@1.36 create secret docker-registry s --docker-username=u --docker-password=p --docker-email=e --dry-run=client -o yaml
create secret docker-registry s
create secret tls s --cert=/nope --key=/nope
create secret tls s
create secret nope s
create secret
@1.36 create quota q --hard=cpu=1,memory=1Gi --scopes=BestEffort --dry-run=client -o yaml
create quota q --hard=cpu --dry-run=client
@1.36 create quota q --dry-run=client -o yaml
@1.36 create pdb p --selector=a=b --min-available=50% --dry-run=client -o yaml
@1.36 create pdb p --selector=a=b --max-unavailable=1 --dry-run=client -o yaml
create pdb p --selector=a=b
create pdb p --min-available=1
create pdb p --selector=a=b --min-available=1 --max-unavailable=1
@1.36 create role r --verb=get,list --resource=pods,deploy.apps,pods/log --dry-run=client -o yaml
@1.36 create role r --verb=get --resource=pods --resource-name=a --resource-name=b --dry-run=client -o yaml
create role r --verb=get
create role r --resource=pods
@1.36 create role r --verb=frob --resource=pods --dry-run=client -o yaml
create role r --verb=get --resource=nope --dry-run=client
@1.36 create clusterrole r --verb=get --non-resource-url=/a/* --dry-run=client -o yaml
@1.36 create clusterrole r --aggregation-rule=a=b --dry-run=client -o yaml
@1.36 create clusterrole r --verb=get --resource=pods --non-resource-url=/x --dry-run=client -o yaml
@1.36 create rolebinding b --role=r --user=u --group=g --serviceaccount=a:b --dry-run=client -o yaml
create rolebinding b --role=r --clusterrole=c
create rolebinding b --role=r --serviceaccount=x
create rolebinding b
@1.36 create clusterrolebinding b --clusterrole=c --user=u --dry-run=client -o yaml
create clusterrolebinding b
@1.36 create ingress i --rule=foo.com/*=svc:80,tls=cert --class=c --dry-run=client -o yaml
@1.36 create ingress i --rule=/path=svc:http --annotation=a=b --default-backend=d:80 --dry-run=client -o yaml
create ingress i --rule=foo.com
create ingress i
@1.36 create namespace n --dry-run=client -o yaml
create ns
@1.36 create sa a --dry-run=client -o yaml
@1.36 create priorityclass p --value=1000 --global-default=true --description=x --preemption-policy=Never --dry-run=client -o yaml
create priorityclass p --value=x
create token default -n team --duration=1s
create token nope -n team
create token
create nope
create -f /nope
create -f app.yaml --dry-run=client -n team
create -f app.yaml --dry-run=client -o yaml -n team
create -f app.yaml --dry-run=nope
create -f app.yaml --validate=nope
create -f app.yaml --raw=/x -o yaml
create
# run, expose, autoscale
@1.36 run web --image=nginx --port=80 --env=A=b --labels=a=b,c=d --dry-run=client -o yaml
@1.36 run web --image=nginx --restart=Never --dry-run=client -o json -- a b
@1.36 run web --image=nginx --command --dry-run=client -o yaml -- sh -c x
@1.36 run web --image=nginx --expose --port=80 --dry-run=client -o yaml
@1.36 run web --image=nginx --overrides='{"apiVersion":"v1","spec":{"hostNetwork":true}}' --dry-run=client -o yaml
run web --image=nginx --overrides='{' --dry-run=client
@1.36 run web --image=nginx --annotations=a=b --privileged -i --tty --attach=false --dry-run=client -o yaml
run web --image=A:b
run web --image=nginx --rm
run web --image=nginx --restart=Maybe
run web --image=nginx --expose
run web
run --image=x
run web --image=nginx --tty
run web --image=nginx --env=A --dry-run=client
@1.36 expose deployment web --port=80 -n team --name=other --dry-run=client -o yaml
@1.36 expose deploy web -n team --port=80 --target-port=http --type=NodePort --dry-run=client -o yaml
expose pod nope -n team --port=80
expose cm settings -n team --port=80
expose
@1.36 autoscale deployment web -n team --max=5 --dry-run=client -o yaml
@1.36 autoscale deploy web -n team --min=2 --max=5 --cpu=80% --memory=200 --dry-run=client -o yaml
@1.36 autoscale deploy web -n team --max=5 --cpu=x
autoscale deploy web -n team --max=1 --min=2
autoscale deploy web -n team
autoscale cm settings -n team --max=2
# apply, delete, replace, patch: what is refused
apply
apply foo -f -
apply -f /nope
apply -f no-kind.yaml
apply -f broken.yaml
apply -f app.yaml --server-side --dry-run=client
apply -f app.yaml --force-conflicts
apply -f app.yaml --prune
apply -f app.yaml --prune --all --force
apply -f app.yaml --prune --all -l a=b
apply -f app.yaml --prune --all --server-side
apply -f app.yaml --prune --all --prune-allowlist=x
apply -f app.yaml --prune --all --prune-allowlist=core/v1/Foo
apply -f app.yaml --prune --applyset=x
diff -f app.yaml -n team --prune --prune-allowlist=x/y
apply view-last-applied
apply view-last-applied cm nope -n team
apply view-last-applied cm settings -n team -o nope
apply set-last-applied
apply edit-last-applied
delete
delete foo bar
delete cm
delete cm --all x
delete cm x -l a=b
delete pods -n nobody --all
@1.36 delete cm nope -n team --dry-run=client
@1.36 delete cm settings -n team --dry-run=server
delete cm settings -n team --dry-run=client -o name
delete cm settings -n team -o yaml
delete cm settings --cascade=nope
delete cm settings --grace-period=0 --now
replace
replace -f /nope
replace -f app.yaml --grace-period=1
patch cm x
patch cm nope -n team -p {}
patch cm settings -n team -p {} --type=nope
patch -f app.yaml -p '{"metadata":{"labels":{"x":"y"}}}' --local -o yaml
diff -f /nope
diff
label
label cm settings
label cm settings -n team a=b --dry-run=client
label cm settings -n team a=b --local
label cm settings -n team --list
label cm settings -n team 'a=b c'
label cm settings -n team a
label -f app.yaml x=y --local -o yaml
annotate cm settings
annotate cm settings -n team --list
annotate cm settings -n team a=b --dry-run=server
# set
set
set image deployment/web -n team nope=x
set image deployment/web -n team
set image -f app.yaml web=x:2 --local -o yaml
set env deployment/web -n team --list
set env deployment/envs -n team --list
set env deployment/envs -n team --list --resolve
set env -f app.yaml A=b C- --local -o yaml
set env deployment/web -n team A
set resources -f app.yaml --limits=cpu=1,memory=1Gi --requests=cpu=500m --local -o yaml
set resources deployment/web -n team
set resources deployment/web -n team --limits=cpu
set selector -f service.yaml a=b --local -o yaml
set selector svc front -n team
set selector deploy web -n team a=b
set serviceaccount -f app.yaml runner --local -o yaml
set serviceaccount
set subject -f binding.yaml --user=ann --local -o yaml
set subject rolebinding readers -n team
set subject cm settings -n team --user=ann
# rollout, scale, wait
rollout
rollout status deploy/web -n team
rollout status cm/settings -n team
rollout status
rollout history deploy/web -n team
rollout history deploy/web -n team --revision=1
rollout history deploy/web -n team --revision=9
rollout history sts/db -n team
rollout history deploy/web -n team -o jsonpath={.kind}
@1.36 rollout history sts/db -n team -o yaml
rollout history ds/agent -n team --revision=1 -o name
rollout history ds/agent -n team --revision=7 -o name
@1.36 rollout history ds/agent -n team -o foo
rollout history ds/agent -n team
rollout pause sts/db -n team
rollout resume deploy/web -n team
rollout restart cm/settings -n team
@1.36 rollout undo deploy/web -n team
@1.36 rollout undo deploy/web -n team --to-revision=9
scale
scale deploy/web -n team
scale deploy/web -n team --replicas=-1
scale cm/settings -n team --replicas=1
@1.36 scale deploy/nope -n team --replicas=1
scale deploy/web -n team --replicas=5 --current-replicas=9
scale deploy/web -n team --replicas=2 --dry-run=client
@1.36 wait
@1.36 wait deploy/web -n team
wait deploy/web -n team --for=condition=Available
wait deploy/web -n team --for=condition=available=true --timeout=5s
wait deploy/web -n team --for=jsonpath={.spec.replicas}=2
wait deploy/web -n team --for=jsonpath={.spec.replicas}=3 --timeout=0
wait deploy/web -n team --for=jsonpath={.spec
wait deploy/web -n team --for=foo
wait deploy/nope -n team --for=condition=Available
wait cm/nope -n team --for=delete
wait cm/settings -n team --for=create
wait pods -l app=nope -n team --for=condition=Ready
wait --all cm -n team --for=jsonpath={.kind}=ConfigMap
# nodes
cordon
cordon nope
cordon cm/settings -n team
uncordon -l a=b x
drain
drain nope
taint
taint nodes
taint nodes nope a=b:NoSchedule
taint nodes --all a=b
taint nodes --all a=b:Nope
taint nodes --all a=b:NoSchedule --dry-run=client
taint nodes --all nope-
taint pods --all a=b:NoSchedule
taint foo --all a=b:NoSchedule
top pods -n nobody
top nodes --sort-by=foo
top pods x -l a=b
# events
events -n nobody
events -n nobody -o yaml
events --types=Nope
events --for=pod
events --for=pod/a/b
events --for=foo/x
events -n nobody --for=pod/x -o json
# pods
logs
logs nope -n team
logs deploy/nope -n team
logs nope -n team -c x --all-containers
logs nope --since=1s --since-time=2020-01-01T00:00:00Z
logs nope --tail=-2
logs nope --since=x
logs -l app=nope -n team
logs cm/settings -n team
exec
exec nope -n team -- date
exec nope -n team
exec nope date
attach
attach nope -n team
port-forward
port-forward nope -n team
port-forward nope 80 -n team
port-forward nope x -n team
cp
cp a b
cp a:b c:d
cp nope team/x:y
cp :a b
cp team/nope:/a /tmp/x
debug
@1.36 debug nope -n team --image=busybox
debug nope -n team
debug nope --image=X:y
debug nope --image=x --copy-to=y --target=z
debug nope --image=x --profile=nope
@1.36 debug cm/settings -n team --image=x
debug nope --image=x --replace
proxy --port=1 --unix-socket=x
edit
edit foo
edit cm nope -n team
# authorization and certificates
auth can-i get pods
auth can-i get pods --as=nobody
auth can-i '*' '*'
auth can-i get /healthz --as=nobody
auth can-i get pods/x --subresource=log -n team
auth can-i frob pods
auth can-i get foo
auth can-i get nodes
auth can-i get
auth can-i
auth can-i --list --as=nobody
auth can-i --list get
auth can-i get pods -q
auth whoami
@1.36 auth whoami -o yaml --as=ann --as-group=a --as-group=b --as-user-extra=k=v
auth whoami --as-group=a
auth reconcile
auth reconcile -f binding.yaml --dry-run=client -n team
auth reconcile -f binding.yaml --dry-run=server
certificate
certificate approve
certificate approve nope
certificate deny nope
# config
config
@1.36 config view
@1.36 config view --minify -o json
config view -o jsonpath={.contexts[0].name}
config view --raw -o name
config get-contexts
config get-contexts -o name
config get-contexts nope
config get-clusters
config get-users
config current-context
config use-context nope
config use-context
config set
config set foo bar
config unset
config delete-context nope
config delete-cluster nope
config delete-user nope
config rename-context a b
config set-cluster
config set-context
config set-credentials
config nope
# the server, plugins and the rest
api-resources
api-resources -o wide
api-resources --namespaced=false -o name
api-resources --api-group=apps
api-resources --api-group=nope
api-resources --verbs=list,watch --sort-by=name
api-resources --categories=all -o name
api-resources --sort-by=nope
api-resources --no-headers
api-resources x
@1.36 api-resources -o json
api-versions
api-versions x
@1.32 cluster-info
version -o foo
version x
kustomize /nope
kustomize kustomization
kustomize .
kustomize a b
kustomize overlay
kustomize overlay --load-restrictor=nope
kustomize broken-kustomization
get -k kustomization -n team
get -k kustomization -n team -o name
create -k kustomization --dry-run=client -o name
apply -k overlay --dry-run=client -n team
apply -k overlay -f app.yaml
apply -k nope
@1.36 delete -k kustomization -n team --dry-run=client
describe -k nope
plugin list
options x
completion
completion nope
nope
gte pods
--nope
--context=nope get ns
--cluster=nope get ns
--user=nope get ns
--kubeconfig=/nope get ns
--kubeconfig=broken.yaml get ns
-s http://127.0.0.1:1 get ns
-s https://127.0.0.1:1 get ns
--token=nope --client-certificate= get ns
--as=nobody get ns
--as=nobody -n team get pods
--certificate-authority=/nope get ns
# kuberc
@1.36 kuberc
@1.36 kuberc view --kuberc=kuberc.yaml
@1.36 kuberc view --kuberc=kuberc.yaml -o json
@1.36 kuberc view --kuberc=nope
@1.36 kuberc set
@1.36 kuberc set --section=x
@1.36 kuberc set --section=aliases
@1.36 kuberc set --section=defaults --command=a --option=b
@1.36 kuberc set --section=defaults --command=a --name=b
@1.36 kuberc set --section=credentialplugin
@1.36 kuberc set --section=credentialplugin --policy=x
@1.36 kuberc set --section=credentialplugin --policy=Allowlist
@1.36 get ns --kuberc=kuberc.yaml
@1.36 get ns --kuberc=kuberc.yaml -o wide
@1.36 getn --kuberc=kuberc.yaml
@1.36 getn --kuberc=kuberc.yaml -o jsonpath={.kind}
@1.36 bad --kuberc=kuberc.yaml
@1.36 get ns --kuberc
`);
