import { App } from 'aws-cdk-lib';
import { BundleError, bundleHandlers } from '../lib/bundle-handlers.ts';
import { ChatStack } from '../lib/chat-stack.ts';
import { SettingsError } from '../lib/settings-error.ts';
import { settingsFromContext } from '../lib/settings-from-context.ts';
import { resolveSettings } from '../lib/settings.ts';

try {
  // A test validates the template, and more strictly; here it would be 10 of 13 seconds.
  const app = new App({ builtinCloudFormationValidation: false });
  const settings = settingsFromContext(app.node.getAllContext() as Record<string, unknown>);
  const { stage } = resolveSettings(settings);
  new ChatStack(app, `Parley-${stage}`, { ...settings, code: bundleHandlers() });
  app.synth();
} catch (error) {
  // A person can act on these two; anything else is a bug and keeps its stack trace.
  if (!(error instanceof SettingsError || error instanceof BundleError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
