package io.peerbus.host;

import io.peerbus.multiformats.TransportAddress;
import java.util.List;

/** The same between nodes that reach each other over WebSocket. */
class WebSocketHostTest extends HostTest {

  @Override
  HostOptions options(HostOptions usual) {
    return usual.setListen(List.of(TransportAddress.Kind.WS.at("127.0.0.1", 0)));
  }
}
