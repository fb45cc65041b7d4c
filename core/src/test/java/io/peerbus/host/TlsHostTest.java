package io.peerbus.host;

import java.util.List;

/** The same between nodes that secure their connections by TLS. */
class TlsHostTest extends HostTest {

  @Override
  HostOptions options(HostOptions usual) {
    return usual.setSecurity(List.of(Security.TLS));
  }
}
