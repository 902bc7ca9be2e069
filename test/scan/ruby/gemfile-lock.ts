/** A lock file as Bundler writes it, with gems of each kind of source. */
export const gemfileLock = `GIT
  remote: https://example.net/fork.git
  revision: 0123456789abcdef0123456789abcdef01234567
  specs:
    fork (0.3.0.beta)
      rack (~> 2.0)

PATH
  remote: engines/own
  specs:
    own (0.1.0)
      rack

GEM
  remote: https://example.net/
  specs:
    nokogiri (1.15.0)
      mini_portile2 (~> 2.8.2)
      racc (~> 1.4)
    nokogiri (1.15.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.2)
    rack (2.2.7)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  fork!
  nokogiri
  own!
  rack (= 2.2.7)

BUNDLED WITH
   2.3.15
`;
