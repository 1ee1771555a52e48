import { describeFuzz } from './describe-fuzz.ts';

describeFuzz(5_000);
