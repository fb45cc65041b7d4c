package io.peerbus.launcher.bridge;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.eventbus.bridge.tcp.BridgeEvent;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Vert.x's bridge for one connection that was let in. The library opens its own server and takes every byte that comes
 * there, without a look at who sends it, so it is given a stand-in for a server that never listens, and the sockets one
 * by one.
 */
final class Library {

  private Library() {}

  /** What some methods do instead, by name: given the arguments, they answer what the method answers. */
  record Instead(Map<String, Function<Object[], Object>> methods) {}

  /**
   * Makes a bridge that takes sockets.
   *
   * @param options what may be sent to, and listened at
   * @param hook asked about each message before anything comes of it
   */
  static Handler<NetSocket> open(Vertx vertx, BridgeOptions options, Handler<BridgeEvent> hook) {
    List<Handler<NetSocket>> taken = new ArrayList<>();
    NetServer server = standIn(NetServer.class, null, new Instead(Map.of("connectHandler", arguments -> {
      @SuppressWarnings("unchecked")
      Handler<NetSocket> handler = (Handler<NetSocket>) arguments[0];
      taken.add(handler);
      return null;
    })));
    Vertx withoutServer = standIn(Vertx.class, vertx, new Instead(Map.of("createNetServer", arguments -> server)));
    TcpEventBusBridge.create(withoutServer, options, null, hook);
    if (taken.size() != 1) {
      throw new IllegalStateException(
          "vertx-tcp-eventbus-bridge no longer takes its sockets from Vertx.createNetServer");
    }
    return taken.get(0);
  }

  /** An object that does what another does, but for some methods. Fluent ones answer the stand-in, whatever they do. */
  static <T> T standIn(Class<T> type, T real, Instead instead) {
    InvocationHandler calls = new InvocationHandler() {
      @Override
      public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        Function<Object[], Object> other = instead.methods().get(method.getName());
        try {
          Object answer = other != null ? other.apply(arguments) : method.invoke(real, arguments);
          return method.getReturnType().isInstance(self) ? self : answer;
        } catch (InvocationTargetException e) {
          throw e.getCause();
        }
      }
    };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
  }
}
