import { describeFuzz } from './describe-fuzz.ts';

describeFuzz(100_000);
