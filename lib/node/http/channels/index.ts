export { type ChannelPayload, type ChannelSource, type ChannelStats, emitFromChannel } from './from-channel';
export { type HttpInstrumentation, type InstrumentOptions, instrumentHttp } from './instrument';
export { type ChannelMessage, type PublishOptions, publishToChannels } from './publish';
