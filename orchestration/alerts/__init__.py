def channels_down(settings):
    return []
