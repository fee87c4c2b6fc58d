"""ThriftPy: Debian's package, or where Debian has none any more its successor, which is used in the same way."""
try:
    import thriftpy
    import thriftpy.protocol.multiplex
    import thriftpy.rpc
    import thriftpy.thrift
    import thriftpy.transport
    import thriftpy.utils
except ModuleNotFoundError:
    import thriftpy2 as thriftpy
    import thriftpy2.protocol.multiplex
    import thriftpy2.rpc
    import thriftpy2.thrift
    import thriftpy2.transport
    import thriftpy2.utils

__all__ = ["thriftpy"]
