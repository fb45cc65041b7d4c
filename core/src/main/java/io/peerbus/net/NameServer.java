package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.names.Question;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks DNS: the system's servers with its file of hosts before them, or one that is given. By Netty's resolver, which
 * follows aliases, keeps answers for as long as they say, and asks by TCP what is too long for UDP.
 *
 * <p>Belongs to the context that it is made on. Opens its sockets with the first question.
 */
public final class NameServer {

  /** For one question to one server. */
  private static final int QUERY_MILLIS = 3_000;
  /** Questions that one may lead to, by aliases and further servers. Against aliases that lead in circles. */
  private static final int MAX_QUERIES = 8;
  /** How long an answer is kept at the most: whoever changes a record must not wait for days. */
  private static final int MAX_TTL_SECONDS = 600;

  private final ContextInternal context;
  private final InetSocketAddress server;
  private DnsNameResolver ip4;
  private DnsNameResolver ip6;

  private NameServer(Vertx vertx, InetSocketAddress serverOrNull) {
    this.context = (ContextInternal) vertx.getOrCreateContext();
    this.server = serverOrNull;
  }

  /**
   * @param addressAndPort such as {@code 127.0.0.1:53} or {@code [::1]:53}; empty for the system's
   * @throws IllegalArgumentException when it is neither
   */
  public static NameServer of(Vertx vertx, String addressAndPort) {
    return new NameServer(vertx, addressAndPort.isEmpty() ? null : parse(addressAndPort));
  }

  /** Throws {@link IllegalArgumentException} when it is no {@code ADDRESS:PORT}. */
  public static InetSocketAddress parse(String addressAndPort) {
    int colon = addressAndPort.lastIndexOf(':');
    String host = colon < 0 ? "" : addressAndPort.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String port = addressAndPort.substring(colon + 1);
    try {
      String ip = bracketed ? host.substring(1, host.length() - 1) : host;
      if (port.matches("[1-9]\\d{0,4}") && bracketed == ip.contains(":")
          && Multiaddr.tcp(ip, Integer.parseInt(port)).ip().isPresent()) {
        return new InetSocketAddress(InetAddress.getByName(ip), Integer.parseInt(port));
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      // told below, in words that fit all of it
    }
    throw new IllegalArgumentException(
        "\"" + addressAndPort + "\" is no ADDRESS:PORT such as 127.0.0.1:53 or [::1]:53");
  }

  /** The records; fails with a message that names the name when there are none. */
  Future<List<String>> ask(Question question) {
    return switch (question.type()) {
      case A -> addresses(question, ip4());
      case AAAA -> addresses(question, ip6());
      case TXT -> texts(question);
    };
  }

  private DnsNameResolver ip4() {
    if (ip4 == null) {
      ip4 = resolver(ResolvedAddressTypes.IPV4_ONLY);
    }
    return ip4;
  }

  private DnsNameResolver ip6() {
    if (ip6 == null) {
      ip6 = resolver(ResolvedAddressTypes.IPV6_ONLY);
    }
    return ip6;
  }

  private DnsNameResolver resolver(ResolvedAddressTypes types) {
    VertxInternal vertx = context.owner();
    EventLoop loop = context.nettyEventLoop();
    DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
        .datagramChannelFactory(() -> vertx.transport().datagramChannel())
        .socketChannelFactory(() -> (SocketChannel) vertx.transport().channelFactory(false).newChannel())
        .resolvedAddressTypes(types)
        .queryTimeoutMillis(QUERY_MILLIS)
        .maxQueriesPerResolve(MAX_QUERIES)
        .ttl(0, MAX_TTL_SECONDS)
        .searchDomains(List.of()); // a multiaddr has whole names
    if (server != null) {
      builder.nameServerProvider(new SingletonDnsServerAddressStreamProvider(server));
    }
    return builder.build();
  }

  private Future<List<String>> addresses(Question question, DnsNameResolver resolver) {
    PromiseInternal<List<InetAddress>> found = context.promise();
    resolver.resolveAll(question.name()).addListener(found);
    return found.future().map(all -> {
      List<String> texts = new ArrayList<>();
      for (InetAddress address : all) {
        texts.add(address.getHostAddress());
      }
      return texts;
    }).recover(e -> Future.failedFuture(reason(question, e)));
  }

  private Future<List<String>> texts(Question question) {
    PromiseInternal<List<DnsRecord>> found = context.promise();
    ip4().resolveAll(new DefaultDnsQuestion(question.name(), DnsRecordType.TXT)).addListener(found);
    return found.future().map(all -> {
      List<String> texts = new ArrayList<>();
      for (DnsRecord record : all) {
        if (record instanceof DnsRawRecord raw) {
          texts.add(text(raw.content()));
        }
        ReferenceCountUtil.release(record);
      }
      return texts;
    }).recover(e -> Future.failedFuture(reason(question, e)));
  }

  /** A record is one or more strings, each with its length before it, which belong together. */
  private static String text(ByteBuf content) {
    StringBuilder text = new StringBuilder();
    while (content.isReadable()) {
      int length = Math.min(content.readUnsignedByte(), content.readableBytes());
      text.append(content.readCharSequence(length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static String reason(Question question, Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof DnsNameResolverTimeoutException) {
        return question.name() + " cannot be looked up: the name server does not answer";
      } else if (e instanceof DnsErrorCauseException told && !DnsResponseCode.NXDOMAIN.equals(told.getCode())) {
        return question.name() + " cannot be looked up: the name server says " + told.getCode();
      } else if (e instanceof IllegalArgumentException) {
        return question.name() + " is no name that could be looked up";
      }
    }
    return error instanceof UnknownHostException
        ? question.name() + " is no name that DNS has " + question.type() + " records for"
        : question.name() + " cannot be looked up: " + error.getMessage();
  }

  /** Closes its sockets; questions that are not answered fail. */
  void close() {
    if (ip4 != null) {
      ip4.close();
    }
    if (ip6 != null) {
      ip6.close();
    }
  }
}
