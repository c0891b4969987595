package lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Echo one message, in Java: with try and resources. */
public final class EchoServer {
    private static final int SIZE = 1024;

    private final InetAddress host;
    private final int port;

    private EchoServer(InetAddress host, int port) {
        this.host = host;
        this.port = port;
    }

    private void serve() throws IOException {
        try (ServerSocket listener = new ServerSocket(port, 1, host);
             Socket connection = listener.accept()) {
            byte[] message = new byte[SIZE];
            int size = connection.getInputStream().read(message);
            if (size > 0) {
                connection.getOutputStream().write(message, 0, size);
            }
        }
    }

    private static int portOf(String text) {
        try {
            int port = Integer.parseInt(text);
            return port <= 65535 ? port : 0;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    public static void main(String[] args) {
        if (args.length != 2 || portOf(args[1]) < 1) {
            System.err.println("Usage: start.sh HOST PORT");
            System.exit(2);
        }
        try {
            new EchoServer(InetAddress.getByName(args[0]), portOf(args[1])).serve();
        } catch (IOException problem) {
            System.err.println("EchoServer: " + problem.getMessage());
            System.exit(1);
        }
    }
}
