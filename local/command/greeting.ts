import type { Cloud } from '../cloud.ts';
import type { Options } from './options.ts';

/** What a person reads once everything runs. */
export function greeting(options: Options, cloud: Cloud, milliseconds: number): string {
  const { port, assembly, chaos } = options;
  const url = `ws://localhost:${port}`;
  const { stackName, webSocketApis } = cloud.resources;
  const seconds = (milliseconds / 1000).toFixed(1);
  // `config.firstFrame` of the app's package.json, as npm passes it on: what the app talks about is no matter of ours.
  const firstFrame = process.env['npm_package_config_firstFrame'];
  const others = [...cloud.urls.values()].slice(1);
  return [
    `${stackName} runs at ${url} (started in ${seconds} s). Ctrl-C stops it.`,
    ...others.map((other) => `Another API of it:  ${other}`),
    ...(chaos ? ['Chaos is on: calls fail, come late or twice.'] : []),
    `AWS endpoint:  ${cloud.endpointUrl}`,
    ...(assembly === undefined && webSocketApis.length > 0
      ? [
          `A token:       curl -s ${url.replace('ws:', 'http:')}/dev/token -d '{"userId":"alice","name":"Alice"}'`,
          `A connection:  npx -y wscat -c "${url}?token=TOKEN"`,
          ...(firstFrame === undefined ? [] : [`A frame:       ${firstFrame}`]),
        ]
      : []),
  ].join('\n');
}
