package io.peerbus.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;

/**
 * Sends the request that opens a WebSocket, checks the answer, and leaves. A redirection is not followed: it would lead
 * to where the address does not.
 *
 * <p>Spec: RFC 6455, section 4.1.
 */
final class WebSocketDialer extends SimpleChannelInboundHandler<HttpObject> {

  private final WebSocketHandler webSocket;
  private final String host;
  private final String key = WebSocketKey.generate();
  private boolean refused;

  /** @param host what to ask for, with its port */
  WebSocketDialer(WebSocketHandler webSocket, String host) {
    this.webSocket = webSocket;
    this.host = host;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    request.headers()
        .set(HttpHeaderNames.HOST, host)
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, 13);
    context.writeAndFlush(request);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (!refused) {
      onPart(context, part);
    }
  }

  private void onPart(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      refuse(context, "what came is no answer of HTTP");
    } else if (part instanceof HttpResponse response) {
      if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
        refuse(context, "refused with " + response.status().code());
      } else if (!isRight(response.headers())) {
        refuse(context, "the answer is not to our request");
      }
    } else if (part instanceof LastHttpContent) {
      open(context);
    }
  }

  private boolean isRight(HttpHeaders headers) {
    String accept = headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, "").trim();
    return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && WebSocketKey.answer(key).equals(accept)
        && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)
        && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
  }

  private void refuse(ChannelHandlerContext context, String reason) {
    refused = true;
    context.fireExceptionCaught(FrameException.malformed(reason));
  }

  private void open(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.replace(HttpRequestEncoder.class, null, new WebSocket13FrameEncoder(true));
    webSocket.open();
    pipeline.remove(HttpResponseDecoder.class); // what it has read of the next bytes comes through here now
    pipeline.remove(this);
  }
}
