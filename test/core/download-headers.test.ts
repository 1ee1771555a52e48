import { downloadHeaders } from '../../lambdas/core/download-headers.ts';

describe('what a download says of its file', () => {
  it.each(['image/png', 'audio/ogg', 'video/mp4'])('lets a browser show %s', (mediaType) => {
    const { mediaType: type, disposition } = downloadHeaders({ name: 'a', mediaType });
    expect([type, disposition]).toEqual([mediaType, `inline; filename="a"; filename*=UTF-8''a`]);
  });

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/pdf',
    'text/javascript',
    'multipart/x-mixed-replace',
    'constructor/prototype',
  ])('has %s saved, as what means nothing', (mediaType) => {
    const headers = downloadHeaders({ name: 'a', mediaType });
    expect(headers.mediaType).toBe('application/octet-stream');
    expect(headers.disposition).toMatch(/^attachment; /);
  });

  it.each([
    ['Sunset ☀.png', `filename="Sunset _.png"; filename*=UTF-8''Sunset%20%E2%98%80.png`],
    ['../../etc/passwd', `filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`],
    ['C:\\a.exe', `filename="C:_a.exe"; filename*=UTF-8''C%3A_a.exe`],
    ['"; filename=b', `filename="_; filename=b"; filename*=UTF-8''%22%3B%20filename%3Db`],
    ["it's (1)*.png", `filename="it's (1)*.png"; filename*=UTF-8''it%27s%20%281%29%2A.png`],
    ['100%.png', `filename="100_.png"; filename*=UTF-8''100%25.png`],
  ])('names %j so that nothing of it is more than a name', (name, parameters) => {
    const { disposition } = downloadHeaders({ name, mediaType: 'image/png' });
    expect(disposition).toBe(`inline; ${parameters}`);
  });
});
