import { describeHandlers } from './handlers.ts';

describeHandlers('at AWS_ENDPOINT_URL');
