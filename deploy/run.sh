#!/usr/bin/env bash
# Runs one of the app's commands in a task of its own, with the image, settings, network and roles of the service. Prints what
# the command printed, and exits with its exit code.
#
#   deploy/run.sh doctor
#   deploy/run.sh registrations --landed --since 24h
#   deploy/run.sh deliveries --retry all
#
# STACK is the stack of app.yaml (marketplace-landing), AWS_REGION its Region. Needs the AWS CLI, and the rights to
# cloudformation:DescribeStacks, ecs:DescribeServices, ecs:DescribeTaskDefinition, ecs:RunTask, ecs:DescribeTasks,
# logs:GetLogEvents, and iam:PassRole on the two roles of the stack.
# What the command prints is also in the log, and stays there as long as the log.
set -euo pipefail

stack=${STACK:-marketplace-landing}
name=${1:-}
case $name in
  doctor | registrations | deliveries) shift ;;
  *)
    echo "Usage: deploy/run.sh doctor|registrations|deliveries [options]" >&2
    exit 2
    ;;
esac

fail() {
  echo "deploy/run.sh: $1" >&2
  exit 1
}

# A JSON string.
quoted() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  printf '"%s"' "${text//$'\t'/\\t}"
}

# All lines of one container's stream.
print_stream() {
  local page token=''
  while :; do
    page=$(aws logs get-log-events --log-group-name "$group" --log-stream-name "app/$1/${task##*/}" --start-from-head \
      ${token:+--next-token "$token"} --output text --query '[nextForwardToken, join(`"\n"`, events[].message)]') || return
    [ "${page%%$'\t'*}" = "$token" ] && return
    token=${page%%$'\t'*}
    printf '%s\n' "${page#*$'\t'}"
  done
}

IFS=$'\t' read -r cluster service < <(aws cloudformation describe-stacks --stack-name "$stack" --output text \
  --query "Stacks[0].[Outputs[?OutputKey=='ClusterName'].OutputValue | [0], Outputs[?OutputKey=='ServiceName'].OutputValue | [0]]")
[ -n "${service:-}" ] || fail "the stack $stack has no service. Set STACK and AWS_REGION"
IFS=$'\t' read -r definition network < <(aws ecs describe-services --cluster "$cluster" --services "$service" --output text \
  --query 'services[0].[taskDefinition, to_string(networkConfiguration)]')
group=$(aws ecs describe-task-definition --task-definition "$definition" --output text \
  --query "taskDefinition.containerDefinitions[?name=='app'].logConfiguration.options.\"awslogs-group\" | [0]")

command="\"node\",\"src/cli/$name/main.ts\""
for argument in "$@"; do command+=,$(quoted "$argument"); done

started=$(aws ecs run-task --cluster "$cluster" --task-definition "$definition" --launch-type FARGATE --started-by run.sh \
  --network-configuration "$network" --overrides "{\"containerOverrides\":[{\"name\":\"app\",\"command\":[$command]}]}" \
  --output text --query '[tasks[0].taskArn, failures[0].reason]')
task=${started%%$'\t'*}
[ "$task" != None ] || fail "ECS started no task: ${started#*$'\t'}"
echo "Started $task" >&2

# The CLI waits for ten minutes at most; a command may take an hour.
for _ in 1 2 3 4 5 6; do
  aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task" && break
done

IFS=$'\t' read -r code reason < <(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output text --query \
  "tasks[0].[containers[?name=='app'].exitCode | [0], join(' ', [stoppedReason || 'It is still running.', containers[?reason].reason | [0] || ''])]")
if [ "$code" = None ]; then
  print_stream database-user >&2 2>/dev/null || true
  fail "$reason"
fi

# The last lines arrive some seconds after the end.
for _ in 1 2 3 4 5; do
  lines=$(print_stream app 2>/dev/null) && [ -n "$lines" ] && break
  sleep 2
done
printf '%s\n' "$lines"
exit "$code"
